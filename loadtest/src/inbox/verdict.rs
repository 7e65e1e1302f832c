//! Whether the limits were kept, and whether they make sense.

use anyhow::ensure;

use super::mix::Reads;
use super::report::Report;
use crate::cli::InboxOptions;
use crate::limits::{late, more};

/// Refuses what cannot be done before anything is started.
pub(super) fn sensible(options: &InboxOptions) -> anyhow::Result<()> {
    ensure!(
        options.users >= options.tenants,
        "--users: at least one for each of the {} tenants",
        options.tenants
    );
    let every_s = options.poll_every.as_secs_f64();
    ensure!(every_s > 0.0, "--poll-every: more than nothing is needed");
    ensure!(
        Reads::new(options.users, every_s, options.reads).is_some(),
        "--reads: {} users who ask for list and count every {every_s} s are {:.0} reads a second",
        options.users,
        2.0 * f64::from(options.users) / every_s
    );
    let processes = match options.url.len() {
        0 => options.api_count as usize,
        some => some,
    };
    ensure!(
        options.check == 0 || processes > 1,
        "--check: two API processes are needed, one to write and one to read"
    );
    Ok(())
}

/// One clear line for each limit that was missed.
pub(super) fn missed(options: &InboxOptions, report: &Report) -> Vec<String> {
    let p99 = |name: &str| {
        report
            .tally
            .kind(name)
            .map_or(0.0, |kind| kind.latencies.p99_ms)
    };
    let seen = report.freshness.map(|freshness| freshness.total());
    let seen = seen.unwrap_or_default();
    let answered = report.tally.answered();
    let lines = [
        (answered == 0).then(|| "not one request was answered".to_owned()),
        late("p99 of list", p99("list"), options.max_list_p99),
        late("p99 of page", p99("page"), options.max_list_p99),
        late("p99 of count", p99("count"), options.max_count_p99),
        low(report.hits.total().rate(), options.min_hit_rate),
        report
            .deep
            .as_ref()
            .and_then(|deep| far(deep.ratio, options.max_page_ratio)),
        more(
            "failed requests",
            report.tally.failed() + seen.errors,
            options.max_failed,
        ),
        more("stale answers", seen.stale, options.max_stale),
    ];
    lines.into_iter().flatten().collect()
}

fn low(rate: Option<f64>, limit: f64) -> Option<String> {
    let rate = rate.unwrap_or(0.0);
    (rate < limit).then(|| {
        let (rate, limit) = (rate * 100.0, limit * 100.0);
        format!("cache hit rate: {rate:.1}%, the limit is {limit:.0}%")
    })
}

fn far(ratio: f64, limit: f64) -> Option<String> {
    (ratio > limit).then(|| format!("last page by first page: {ratio:.2}, the limit is {limit:.2}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_missed_only_beyond_it() {
        assert_eq!(low(Some(0.8), 0.8), None);
        assert_eq!(low(None, 0.0), None, "nobody asked for hits");
        let line = "cache hit rate: 79.9%, the limit is 80%";
        assert_eq!(low(Some(0.799), 0.8).as_deref(), Some(line));
        assert_eq!(far(1.5, 1.5), None);
        assert!(far(1.51, 1.5).is_some());
    }
}
