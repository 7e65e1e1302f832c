//! How long, and how often, a call is tried again.

use std::time::Duration;

use crate::system::fraction;

/// When a call is tried again.
///
/// The pause before the nth retry is random between nothing and `first_pause` doubled n times, at most `longest_pause`; it is
/// never shorter than the service's `Retry-After`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// What the first pause is at most.
    pub first_pause: Duration,
    /// What any pause is at most, unless the service asks for more.
    pub longest_pause: Duration,
    /// After which a call begins no further attempt: it is spooled, or ends with an error.
    ///
    /// Whatever is spooled is replayed until it succeeds.
    pub budget: Duration,
}

impl Default for RetryPolicy {
    /// 100 ms, doubling up to 5 s, for 10 s in all.
    fn default() -> Self {
        Self {
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_secs(5),
            budget: Duration::from_secs(10),
        }
    }
}

impl RetryPolicy {
    /// Sets all three.
    pub fn new(first_pause: Duration, longest_pause: Duration, budget: Duration) -> Self {
        Self {
            first_pause,
            longest_pause,
            budget,
        }
    }

    /// The pause before retry `retry` (from 0).
    pub(crate) fn pause(&self, retry: u32, retry_after: Option<Duration>) -> Duration {
        let doubled = self.first_pause.saturating_mul(1 << retry.min(20));
        let jittered = doubled.min(self.longest_pause).mul_f64(fraction());
        jittered.max(retry_after.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_bound_and_honour_the_service() {
        let policy = RetryPolicy::default();
        let longest = |retry| (0..200).map(|_| policy.pause(retry, None)).max();
        assert!(longest(0) <= Some(policy.first_pause));
        assert!(longest(3) > Some(policy.first_pause));
        assert!(longest(u32::MAX) <= Some(policy.longest_pause));
        let asked = Duration::from_secs(60);
        assert_eq!(policy.pause(0, Some(asked)), asked);
    }

    #[test]
    fn pauses_differ() {
        let policy = RetryPolicy::default();
        assert_ne!(policy.pause(9, None), policy.pause(9, None));
    }
}
