//! Limits, and the lines that say how they were missed.

use std::time::Duration;

/// Beyond a limit of time.
pub(crate) fn late(what: &str, ms: f64, limit: Duration) -> Option<String> {
    let limit_ms = limit.as_secs_f64() * 1_000.0;
    (ms > limit_ms).then(|| format!("{what}: {ms:.1} ms, the limit is {limit_ms:.0} ms"))
}

/// More than so many.
pub(crate) fn more(what: &str, count: u64, limit: u64) -> Option<String> {
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
