//! What a page costs at the far end of a long inbox.

use std::time::Duration;

use anyhow::{Context, anyhow, ensure};
use serde::Serialize;
use tokio::time::Instant;

use super::caller::Caller;
use crate::summary::{Latencies, histogram};

/// Lines of a page.
pub(super) const LIMIT: u32 = 100;
/// Either page is asked for so often.
const TIMES: u32 = 200;
/// Pages of a span of time are never kept, so the database answers each; everything lies within it.
const UNCACHED: &str = "from=2000-01-01T00:00:00Z";

/// The first page and the last.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Deep {
    /// How many pages were turned.
    pub(crate) pages: u32,
    pub(crate) limit: u32,
    pub(crate) first: Latencies,
    pub(crate) last: Latencies,
    /// Median by median.
    pub(crate) ratio: f64,
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
    let (mut of_first, mut of_last) = (histogram(), histogram());
    // In turn, so that whatever else goes on meets both.
    for _ in 0..TIMES {
        for (query, taken) in [(&first, &mut of_first), (&last, &mut of_last)] {
            let (_, took) = page_of(caller, token, query).await?;
            taken.saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
        }
    }
    let median = |taken: &hdrhistogram::Histogram<u64>| taken.value_at_quantile(0.5).max(1) as f64;
    Ok(Deep {
        pages,
        limit: LIMIT,
        ratio: median(&of_last) / median(&of_first),
        first: Latencies::from(&of_first),
        last: Latencies::from(&of_last),
    })
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
