//! How long answers have taken lately.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::time::Duration;

/// The slowest answer counts for so long.
const LATELY: Duration = Duration::from_secs(10);
/// Silence is unusual when it lasts so many times as long as the slowest answer.
const TIMES: u32 = 2;
/// However slow answers are, silence of this length is an outage: callers are not to wait for longer.
const MOST: Duration = Duration::from_secs(3);

/// The slowest answer of the last ten to twenty seconds.
///
/// Two intervals are kept, so that a slow answer is neither forgotten at once nor remembered for ever.
#[derive(Debug, Default)]
pub(crate) struct Pace(Mutex<Slowest>);

#[derive(Debug, Default, Clone, Copy)]
struct Slowest {
    began: Duration,
    now: Duration,
    before: Duration,
}

impl Slowest {
    fn turned(self, now: Duration) -> Self {
        match now.saturating_sub(self.began) {
            passed if passed < LATELY => self,
            passed => Self {
                began: now,
                now: Duration::ZERO,
                before: if passed < LATELY * 2 {
                    self.now
                } else {
                    Duration::ZERO
                },
            },
        }
    }
}

impl Pace {
    /// An answer at `now`, a time since any fixed moment, took so long.
    pub(crate) fn note(&self, now: Duration, took: Duration) {
        let mut slowest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *slowest = slowest.turned(now);
        slowest.now = slowest.now.max(took);
    }

    /// For how long silence may be usual.
    pub(crate) fn patience(&self, now: Duration) -> Duration {
        let slowest = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let slowest = slowest.turned(now);
        (slowest.now.max(slowest.before) * TIMES).min(MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn silence_may_last_twice_as_long_as_the_slowest_answer_lately() {
        let pace = Pace::default();
        assert_eq!(pace.patience(Duration::ZERO), Duration::ZERO);
        pace.note(Duration::from_secs(1), 600 * MS);
        pace.note(Duration::from_secs(2), 3 * MS);
        assert_eq!(pace.patience(Duration::from_secs(3)), 1_200 * MS);
        // The interval is over, and it was the last one.
        pace.note(Duration::from_secs(12), 3 * MS);
        assert_eq!(pace.patience(Duration::from_secs(13)), 1_200 * MS);
        pace.note(Duration::from_secs(23), 3 * MS);
        assert_eq!(pace.patience(Duration::from_secs(23)), 6 * MS);
        assert_eq!(pace.patience(Duration::from_secs(60)), Duration::ZERO);
    }

    #[test]
    fn nothing_makes_silence_last_for_ever() {
        let pace = Pace::default();
        pace.note(Duration::ZERO, Duration::from_secs(30));
        assert_eq!(pace.patience(MS), MOST);
    }
}
