//! Since when what is remembered no longer holds.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::time::Instant;

/// The moment at which everything that is remembered was declared out of date; cheap to clone.
///
/// What is out of date is asked for again, but not forgotten: it still stands in while the database does not answer.
#[derive(Clone)]
pub(super) struct Voided(Arc<Moment>);

struct Moment {
    began: Instant,
    /// Nanoseconds after `began`; 0: never.
    at_ns: AtomicU64,
}

impl Default for Voided {
    fn default() -> Self {
        Self(Arc::new(Moment {
            began: Instant::now(),
            at_ns: AtomicU64::new(0),
        }))
    }
}

impl Voided {
    /// What was asked for until now is out of date.
    pub(super) fn now(&self) {
        self.0
            .at_ns
            .fetch_max(self.ns(Instant::now()).max(1), Ordering::AcqRel);
    }

    /// Whether an answer to a question of that moment is out of date.
    pub(super) fn has_voided(&self, asked_at: Instant) -> bool {
        let at = self.0.at_ns.load(Ordering::Acquire);
        at > 0 && self.ns(asked_at) <= at
    }

    fn ns(&self, moment: Instant) -> u64 {
        let since = moment.saturating_duration_since(self.0.began);
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_was_asked_before_is_out_of_date_and_what_is_asked_later_is_not() {
        let voided = Voided::default();
        let before = Instant::now();
        assert!(!voided.has_voided(before));
        tokio::time::advance(Duration::from_millis(1)).await;
        voided.now();
        assert!(voided.has_voided(before));
        tokio::time::advance(Duration::from_millis(1)).await;
        assert!(!voided.has_voided(Instant::now()));
    }
}
