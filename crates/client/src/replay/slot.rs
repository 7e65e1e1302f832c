//! A spooled call on its way.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::spool::{Entry, Position};

/// So often a call is answered 500 before it can be the call's fault.
const POISON_ANSWERS: u32 = 5;
/// For so long, likewise, if the service takes other calls meanwhile.
const POISON_AFTER: Duration = Duration::from_secs(60);
/// The default pause.
const POISON_ALONE_AFTER: Duration = Duration::from_secs(60 * 60);

/// How far a call has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Waiting,
    Flying,
    Done,
}

/// A call and its place in the spool.
#[derive(Debug)]
pub(super) struct Slot {
    /// Nothing if the disk did not keep it.
    pub(super) entry: Option<Arc<Entry>>,
    pub(super) end: Position,
    pub(super) bytes: u64,
    pub(super) stage: Stage,
    /// It alone waits for so long; others for other people go on.
    pub(super) not_before: Option<Instant>,
    pub(super) faults: Option<Faults>,
}

/// The 500s that a call was answered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Faults {
    pub(super) count: u32,
    pub(super) since: Instant,
    /// How many other calls the service had taken by then.
    pub(super) taken_then: u64,
}

impl Faults {
    /// Counts one more.
    pub(super) fn another(before: Option<Self>, now: Instant, taken: u64) -> Self {
        let first = Self {
            count: 0,
            since: now,
            taken_then: taken,
        };
        let mut faults = before.unwrap_or(first);
        faults.count += 1;
        faults
    }

    /// Whether it is the call that breaks the service rather than the service that is broken.
    pub(super) fn are_the_calls(&self, now: Instant, taken: u64) -> bool {
        let lasted = now.duration_since(self.since);
        let others_pass = taken > self.taken_then;
        self.count >= POISON_ANSWERS
            && (lasted >= POISON_ALONE_AFTER || (others_pass && lasted >= POISON_AFTER))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_blamed_only_if_others_pass_or_after_an_hour() {
        let now = Instant::now();
        let five = |taken| (0..5).fold(None, |f, _| Some(Faults::another(f, now, taken)));
        let faults = five(7).unwrap();
        let after = |seconds| now + Duration::from_secs(seconds);
        assert!(!faults.are_the_calls(after(59), 8));
        assert!(faults.are_the_calls(after(60), 8));
        assert!(
            !faults.are_the_calls(after(3599), 7),
            "the service is broken"
        );
        assert!(faults.are_the_calls(after(3600), 7));
        let once = Faults::another(None, now, 7);
        assert!(!once.are_the_calls(after(9999), 8), "one 500 is no proof");
    }
}
