//! Whether the limits were kept.

use std::time::Duration;

use super::Ends;
use crate::cli::ScenarioOptions;
use crate::join::Joined;

/// One clear line for each limit that was missed.
pub(super) fn missed(
    options: &ScenarioOptions,
    run: &crate::run::Report,
    joined: &Joined,
    ends: &Ends,
) -> Vec<String> {
    let failed: u64 = run.failed.values().sum();
    let accept = run.accept.as_ref().map_or(0.0, |accept| accept.p99_ms);
    let delivery = joined.accept_to_receipt.p99_ms;
    let lines = [
        (run.requests_accepted == 0).then(|| "not one request was accepted".to_owned()),
        late("p99 of accept", accept, options.max_accept_p99),
        late(
            "p99 of accept → provider",
            delivery,
            options.max_delivery_p99,
        ),
        more(
            "lost, or still under way after --drain",
            ends.lost.len() as u64,
            options.max_lost,
        ),
        more(
            "undelivered for a reason",
            ends.told.values().sum(),
            options.max_undelivered,
        ),
        more("doubled", joined.doubled, options.max_doubled),
        more("failed requests", failed, options.max_failed),
        more("notifications under several ids", joined.several_ids, 0),
        more("calls before Retry-After", joined.early, 0),
        more("wrong signatures", joined.unverified, 0),
    ];
    lines.into_iter().flatten().collect()
}

fn late(what: &str, ms: f64, limit: Duration) -> Option<String> {
    let limit_ms = limit.as_secs_f64() * 1_000.0;
    (ms > limit_ms).then(|| format!("{what}: {ms:.1} ms, the limit is {limit_ms:.0} ms"))
}

fn more(what: &str, count: u64, limit: u64) -> Option<String> {
    (count > limit).then(|| format!("{what}: {count}, the limit is {limit}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_missed_only_beyond_it() {
        let limit = Duration::from_millis(50);
        assert_eq!(late("p99 of accept", 50.0, limit), None);
        let line = "p99 of accept: 50.1 ms, the limit is 50 ms";
        assert_eq!(late("p99 of accept", 50.1, limit).as_deref(), Some(line));
        assert_eq!(more("lost", 0, 0), None);
        assert_eq!(
            more("lost", 1, 0).as_deref(),
            Some("lost: 1, the limit is 0")
        );
    }
}
