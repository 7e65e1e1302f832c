//! What a page costs at the far end of a long inbox.

use std::time::Duration;

use anyhow::{Context, anyhow, ensure};
use tokio::time::Instant;

use super::caller::Caller;
use crate::report::{Column, Latencies, Limit, Report, Unit};

/// Lines of a page.
pub(super) const LIMIT: u32 = 100;
/// Either page is asked for so often.
const TIMES: u32 = 200;
/// Pages of a span of time are never kept, so the database answers each; everything lies within it.
const UNCACHED: &str = "from=2000-01-01T00:00:00Z";

/// The first page and the last.
pub(super) struct Deep {
    /// How many pages were turned.
    pages: u32,
    first: Latencies,
    last: Latencies,
}

impl Deep {
    /// Adds both to a report, and fails that if the last takes so many times as long as the first.
    pub(super) fn tell(&self, report: &mut Report, max_ratio: f64) {
        let ratio = self.last.ms(0.5) / self.first.ms(0.5).max(0.001);
        let (what, limit) = (
            "last page by first page, of their medians",
            Limit::AtMost(max_ratio),
        );
        report.limited(what, Unit::Times, ratio, limit);
        let mut columns = vec![Column::count(format!("page of {LIMIT}, uncached"))];
        columns.extend(Latencies::columns());
        let row = |page: u32, latencies: &Latencies| {
            let mut row = vec![page.into()];
            row.extend(latencies.cells());
            row
        };
        let rows = vec![row(1, &self.first), row(self.pages, &self.last)];
        report.table("deep_pages", columns, rows);
    }
}

/// Turns all pages once, then asks for the first and the last in turn.
pub(super) async fn walk(caller: &Caller, token: &str, pages: u32) -> anyhow::Result<Deep> {
    let first = format!("?limit={LIMIT}&{UNCACHED}");
    let mut last = first.clone();
    for page in 1..pages {
        let listed = page_of(caller, token, &last).await?.0;
        let cursor = listed.with_context(|| format!("the inbox ends at page {page}"))?;
        last = format!("{first}&cursor={cursor}");
    }
    let mut deep = Deep {
        pages,
        first: Latencies::default(),
        last: Latencies::default(),
    };
    // In turn, so that whatever else goes on meets both.
    for _ in 0..TIMES {
        deep.first.record(page_of(caller, token, &first).await?.1);
        deep.last.record(page_of(caller, token, &last).await?.1);
    }
    Ok(deep)
}

/// Where the next page begins, and how long this one took. It must be a full one.
async fn page_of(
    caller: &Caller,
    token: &str,
    query: &str,
) -> anyhow::Result<(Option<String>, Duration)> {
    let asked = Instant::now();
    let listed = caller.list(0, token, query).await;
    let took = asked.elapsed();
    let listed = listed.map_err(|why| anyhow!("a page of the long inbox: {why}"))?;
    let lines = listed.notifications.len();
    ensure!(
        lines == LIMIT as usize,
        "a page of the long inbox has {lines} lines"
    );
    Ok((listed.next_cursor, took))
}
