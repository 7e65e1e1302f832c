//! The one place that decides what follows an attempt.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{Outcome, OutcomeKind};

/// A delivery that was started and not finished so often is poison and is parked.
pub const MAX_UNFINISHED_STARTS: u32 = 5;

/// Whoever asks for a longer wait means "never", and a year says so as well.
const LONGEST_WAIT: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// How long to wait after the first, second, … failed attempt, at most. After the last: dead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RetryLadder(Vec<Duration>);

impl RetryLadder {
    /// No more steps than this.
    pub const MAX_STEPS: usize = 32;

    /// A ladder of 1 to [`Self::MAX_STEPS`] steps.
    pub fn new(steps: Vec<Duration>) -> Option<Self> {
        (1..=Self::MAX_STEPS)
            .contains(&steps.len())
            .then_some(Self(steps))
    }

    /// A ladder from whole milliseconds, as it is stored.
    pub fn from_millis(steps: &[i64]) -> Option<Self> {
        let steps: Option<Vec<_>> = steps
            .iter()
            .map(|ms| u64::try_from(*ms).ok().map(Duration::from_millis))
            .collect();
        Self::new(steps?)
    }

    /// The steps in whole milliseconds, as they are stored.
    pub fn to_millis(&self) -> Vec<i64> {
        self.0
            .iter()
            .map(|s| i64::try_from(s.as_millis()).unwrap_or(i64::MAX))
            .collect()
    }

    /// The steps.
    pub fn steps(&self) -> &[Duration] {
        &self.0
    }
}

impl Default for RetryLadder {
    /// 5 s, 30 s, 2 m, 10 m, 1 h, 4 h, 12 h.
    fn default() -> Self {
        Self(
            [5, 30, 120, 600, 3_600, 14_400, 43_200]
                .map(Duration::from_secs)
                .to_vec(),
        )
    }
}

/// What follows an attempt.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// Done.
    Sent,
    /// Again at this moment.
    RetryAt(DateTime<Utc>),
    /// Its deadline would pass before the next attempt.
    Expired,
    /// Never again unless an operator replays it; the reason is a code.
    Dead(&'static str),
}

/// Decides what follows the attempt numbered `attempts_made` (the first is 1).
///
/// Full jitter: the wait is `random` (0 to 1) of the ladder's step, so that a herd spreads out;
/// but never less than the channel's floor, and never less than the provider's `Retry-After`.
pub fn decide(
    outcome: &Outcome,
    attempts_made: u32,
    ladder: &RetryLadder,
    now: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
    random: f64,
) -> Decision {
    match outcome.kind {
        OutcomeKind::Delivered => return Decision::Sent,
        OutcomeKind::AddressGone => return Decision::Dead("address_gone"),
        OutcomeKind::Rejected => return Decision::Dead("rejected"),
        OutcomeKind::Retry | OutcomeKind::Misconfigured | OutcomeKind::Ambiguous => {}
    }
    let step = usize::try_from(attempts_made.saturating_sub(1)).unwrap_or(usize::MAX);
    let Some(step) = ladder.0.get(step) else {
        return Decision::Dead("attempts_exhausted");
    };
    let wait = step
        .mul_f64(random.clamp(0.0, 1.0))
        .max(outcome.floor.unwrap_or_default())
        .max(outcome.retry_after.unwrap_or_default())
        .min(LONGEST_WAIT);
    let wait = TimeDelta::from_std(wait).unwrap_or(TimeDelta::days(365));
    match now.checked_add_signed(wait) {
        Some(at) if expires_at.is_some_and(|deadline| at >= deadline) => Decision::Expired,
        Some(at) => Decision::RetryAt(at),
        None => Decision::Dead("attempts_exhausted"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn retry() -> Outcome {
        Outcome::new(OutcomeKind::Retry, "503", "")
    }

    #[test]
    fn the_default_ladder_has_seven_steps_and_then_it_is_dead() {
        let (ladder, now) = (RetryLadder::default(), Utc::now());
        for attempt in 1..=7 {
            let next = decide(&retry(), attempt, &ladder, now, None, 1.0);
            assert!(
                matches!(next, Decision::RetryAt(_)),
                "attempt {attempt}: {next:?}"
            );
        }
        assert_eq!(
            decide(&retry(), 8, &ladder, now, None, 1.0),
            Decision::Dead("attempts_exhausted")
        );
    }

    #[test]
    fn the_final_classes_never_come_again() {
        let (ladder, now) = (RetryLadder::default(), Utc::now());
        let of = |kind| decide(&Outcome::new(kind, "", ""), 1, &ladder, now, None, 0.5);
        assert_eq!(of(OutcomeKind::Delivered), Decision::Sent);
        assert_eq!(of(OutcomeKind::AddressGone), Decision::Dead("address_gone"));
        assert_eq!(of(OutcomeKind::Rejected), Decision::Dead("rejected"));
    }

    #[test]
    fn a_retry_after_the_deadline_is_expired() {
        let (ladder, now) = (RetryLadder::default(), Utc::now());
        let soon = Some(now + TimeDelta::seconds(1));
        assert_eq!(
            decide(&retry(), 1, &ladder, now, soon, 1.0),
            Decision::Expired
        );
    }

    proptest! {
        #[test]
        fn retry_after_and_floor_are_never_shortened(
            attempt in 1_u32..=7, after in 0_u64..100_000, floor in 0_u64..100_000, random in 0.0..=1.0,
        ) {
            let now = Utc::now();
            let outcome = Outcome {
                retry_after: Some(Duration::from_secs(after)),
                floor: Some(Duration::from_secs(floor)),
                ..retry()
            };
            match decide(&outcome, attempt, &RetryLadder::default(), now, None, random) {
                Decision::RetryAt(at) => {
                    let wait = (at - now).to_std().expect("forward");
                    prop_assert!(wait >= Duration::from_secs(after.max(floor)));
                    let step = RetryLadder::default().steps()[attempt as usize - 1];
                    prop_assert!(wait <= step.max(Duration::from_secs(after.max(floor))));
                }
                other => prop_assert!(false, "{other:?}"),
            }
        }
    }
}
