//! The one place that decides what follows an attempt.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use crate::{Outcome, OutcomeKind};

/// A delivery that was started and not finished so often is poison and is parked.
pub const MAX_UNFINISHED_STARTS: u32 = 5;

/// The longest `Retry-After` that is waited for. A longer one is not shortened: it says "not at all",
/// so the delivery ends where an operator sees it, instead of hanging for years.
pub const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Failures that only the account's owner or time can resolve kill no delivery younger than this: a weekend, or a
/// daily quota.
pub const ACCOUNT_PATIENCE: TimeDelta = TimeDelta::days(3);

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

/// The delivery that an attempt belongs to, as far as the decision looks at it.
#[derive(Debug, Clone, Copy)]
pub struct Tried<'a> {
    /// Attempts made, this one included: the first is 1.
    pub attempts: u32,
    /// The waits between them.
    pub ladder: &'a RetryLadder,
    /// When the notification was accepted, or meant to be sent.
    pub since: DateTime<Utc>,
    /// Its deadline.
    pub expires_at: Option<DateTime<Utc>>,
}

/// Decides what follows an attempt.
///
/// Full jitter: the wait is `random` (0 to 1) of the schedule's step, so that retries spread out; but never less than
/// the channel's floor, and never less than the provider's `Retry-After`. A `Retry-After` beyond
/// [`LONGEST_RETRY_AFTER`] ends the delivery. After the last step the delivery is dead, unless the account is to
/// blame and the delivery is younger than [`ACCOUNT_PATIENCE`]: then the last step is repeated.
pub fn decide(outcome: &Outcome, tried: &Tried<'_>, now: DateTime<Utc>, random: f64) -> Decision {
    match outcome.kind {
        OutcomeKind::Delivered => return Decision::Sent,
        OutcomeKind::AddressGone => return Decision::Dead("address_gone"),
        OutcomeKind::Rejected => return Decision::Dead("rejected"),
        OutcomeKind::Retry | OutcomeKind::Misconfigured | OutcomeKind::Ambiguous => {}
    }
    let steps = &tried.ladder.0;
    let step = usize::try_from(tried.attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    let is_spared = outcome.spares_delivery() && now - tried.since < ACCOUNT_PATIENCE;
    let last = steps.last().filter(|_| is_spared);
    let Some(step) = steps.get(step).or(last) else {
        return Decision::Dead("attempts_exhausted");
    };
    let wish = outcome.retry_after.unwrap_or_default();
    let wait = step
        .min(&LONGEST_RETRY_AFTER)
        .mul_f64(random.clamp(0.0, 1.0))
        .max(outcome.floor.unwrap_or_default());
    let at = TimeDelta::from_std(wait.max(wish)).ok();
    let at = at.and_then(|wait| now.checked_add_signed(wait));
    let is_late = |at| tried.expires_at.is_some_and(|deadline| at >= deadline);
    match at {
        Some(at) if is_late(at) => Decision::Expired,
        Some(at) if wish <= LONGEST_RETRY_AFTER => Decision::RetryAt(at),
        // Later than any date that can be written is later than every deadline.
        None if tried.expires_at.is_some() => Decision::Expired,
        Some(_) | None => Decision::Dead("retry_after_too_long"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Blame;
    use proptest::prelude::*;

    fn retry() -> Outcome {
        Outcome::new(OutcomeKind::Retry, "503", "")
    }

    /// The default ladder; accepted and tried at `now`, with this deadline.
    fn decided(
        outcome: &Outcome,
        attempts: u32,
        now: DateTime<Utc>,
        expires_at: Option<DateTime<Utc>>,
    ) -> Decision {
        aged(outcome, attempts, now, now, expires_at)
    }

    fn aged(
        outcome: &Outcome,
        attempts: u32,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
        expires_at: Option<DateTime<Utc>>,
    ) -> Decision {
        let ladder = &RetryLadder::default();
        let tried = Tried {
            attempts,
            ladder,
            since,
            expires_at,
        };
        decide(outcome, &tried, now, 1.0)
    }

    #[test]
    fn the_default_ladder_has_seven_steps_and_then_it_is_dead() {
        let now = Utc::now();
        for attempt in 1..=7 {
            let next = decided(&retry(), attempt, now, None);
            assert!(
                matches!(next, Decision::RetryAt(_)),
                "attempt {attempt}: {next:?}"
            );
        }
        assert_eq!(
            decided(&retry(), 8, now, None),
            Decision::Dead("attempts_exhausted")
        );
    }

    #[test]
    fn the_final_classes_never_come_again() {
        let now = Utc::now();
        let of = |kind| decided(&Outcome::new(kind, "", ""), 1, now, None);
        assert_eq!(of(OutcomeKind::Delivered), Decision::Sent);
        assert_eq!(of(OutcomeKind::AddressGone), Decision::Dead("address_gone"));
        assert_eq!(of(OutcomeKind::Rejected), Decision::Dead("rejected"));
    }

    #[test]
    fn a_retry_after_the_deadline_is_expired() {
        let now = Utc::now();
        let soon = Some(now + TimeDelta::seconds(1));
        assert_eq!(decided(&retry(), 1, now, soon), Decision::Expired);
    }

    #[test]
    fn a_wish_is_kept_to_the_second_or_ends_the_delivery() {
        let now = Utc::now();
        let longest = LONGEST_RETRY_AFTER.as_secs();
        // 31 Dec 9999 as a webhook's `Retry-After` asks for it, and the largest number of seconds.
        let year_9999 = 251_000_000_000;
        let later = |seconds: u64| now + TimeDelta::seconds(i64::try_from(seconds).unwrap());
        let too_long = Decision::Dead("retry_after_too_long");
        for (wish, deadline, expected) in [
            (3_600, None, Decision::RetryAt(later(3_600))),
            (longest, None, Decision::RetryAt(later(longest))),
            (longest, Some(3_600), Decision::Expired),
            (longest + 1, None, too_long.clone()),
            (year_9999, None, too_long.clone()),
            (year_9999, Some(3_600), Decision::Expired),
            (u64::MAX, None, too_long),
            (u64::MAX, Some(3_600), Decision::Expired),
        ] {
            let outcome = Outcome {
                retry_after: Some(Duration::from_secs(wish)),
                ..retry()
            };
            let deadline = deadline.map(later);
            let decision = decided(&outcome, 1, now, deadline);
            assert_eq!(decision, expected, "{wish} {deadline:?}");
        }
    }

    #[test]
    fn no_stored_step_and_no_floor_is_too_large_for_a_date() {
        let now = Utc::now();
        for extreme in [Duration::MAX, Duration::from_millis(i64::MAX as u64)] {
            let ladder = RetryLadder::new(vec![extreme]).expect("one step");
            let tried = Tried {
                attempts: 1,
                ladder: &ladder,
                since: now,
                expires_at: None,
            };
            let longest = TimeDelta::from_std(LONGEST_RETRY_AFTER).expect("a month");
            let decision = decide(&retry(), &tried, now, 1.0);
            assert_eq!(decision, Decision::RetryAt(now + longest));
            let outcome = Outcome {
                floor: Some(extreme),
                ..retry()
            };
            let _whatever = decided(&outcome, 1, now, None);
        }
    }

    #[test]
    fn what_only_the_account_can_mend_kills_nothing_young() {
        let now = Utc::now();
        let misconfigured = Outcome::new(OutcomeKind::Misconfigured, "535", "");
        let (day, week) = (now - TimeDelta::days(1), now - TimeDelta::days(7));
        let last = Decision::RetryAt(now + TimeDelta::hours(12));
        let dead = Decision::Dead("attempts_exhausted");
        for (outcome, since, expected) in [
            (misconfigured.clone(), day, &last),
            (misconfigured.clone().blamed_on(Blame::Platform), day, &last),
            (retry().blamed_on(Blame::Quota), day, &last),
            (misconfigured.clone(), week, &dead),
            (retry().blamed_on(Blame::Quota), week, &dead),
            (retry(), day, &dead),
            (retry().blamed_on(Blame::Unclear), day, &dead),
            (misconfigured.of_addressee(), day, &dead),
        ] {
            let decision = aged(&outcome, 8, since, now, None);
            assert_eq!(&decision, expected, "{outcome:?} {since}");
        }
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
            let ladder = RetryLadder::default();
            let tried = Tried { attempts: attempt, ladder: &ladder, since: now, expires_at: None };
            match decide(&outcome, &tried, now, random) {
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
