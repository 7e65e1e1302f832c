//! Which of a channel's accounts makes a delivery's next call. The only place that decides it, and
//! pure: what it goes by comes in.
//!
//! ```text
//! nothing unclear before ─► the one that the delivery falls to, by weight ─refuses─► its failover ─► …
//! a call was cut off     ─► the account that was marked before it, or the one that the delivery
//!                           falls to (whose calls are not marked), and no other
//! an answer was unclear  ─► the account that was asked then, and no other
//! ```

use campanile_domain::DeliveryId;
use chrono::{DateTime, TimeDelta, Utc};

/// How long a delivery waits whose tenant has no account for its channel (any more), or not the one
/// that it is bound to.
const NO_ACCOUNT_PAUSE: TimeDelta = TimeDelta::minutes(5);

/// The receiver wants no more calls.
pub(crate) const ENDPOINT_GONE: &str = "endpoint_gone";
/// The account's credential for the recipient's platform is missing or wrong.
pub(crate) const PLATFORM_MISCONFIGURED: &str = "platform_misconfigured";

/// What a delivery is deferred for because of its accounts: with others, it may go on.
pub(crate) const WAITS_FOR_AN_ACCOUNT: [&str; 6] = [
    "account_gone",
    ENDPOINT_GONE,
    "misconfigured",
    "no_account",
    PLATFORM_MISCONFIGURED,
    "breaker_open",
];

/// To which accounts a delivery may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bound<'a> {
    /// To any.
    Free,
    /// To the one that it falls to: a call of it may have been cut off in the middle.
    Own,
    /// To this one: it is unknown whether its provider accepted it, and only that provider can recognise the repeated
    /// id.
    To(&'a str),
}

/// An account as far as the choice looks at it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub(super) name: &'a str,
    /// Its share; where none is said it is 1, or nothing for one that others fail over to.
    pub(super) weight: Option<u32>,
    /// Who takes over.
    pub(super) failover_to: Option<&'a str>,
    /// Why it makes no call now, and until when.
    pub(super) refuses: Option<Deferral>,
}

/// Why and until when a delivery waits without an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deferral {
    /// `send_at` of the send.
    pub until: DateTime<Utc>,
    /// And then spread over so long: what waited for the same moment must not crowd out others.
    pub spread: TimeDelta,
    /// As a code.
    pub reason: &'static str,
}

/// The place of the account that makes the next call, or why none does. The candidates are those of one tenant and
/// channel, in the same order in every process.
pub(super) fn choose(
    candidates: &[Candidate<'_>],
    delivery: DeliveryId,
    bound: Bound<'_>,
    now: DateTime<Utc>,
) -> Result<usize, Deferral> {
    let wait = |reason| Deferral {
        until: now + NO_ACCOUNT_PAUSE,
        spread: NO_ACCOUNT_PAUSE / 4,
        reason,
    };
    let place = |name: &str| candidates.iter().position(|one| one.name == name);
    let ask = |place: usize| match candidates[place].refuses {
        None => Ok(place),
        Some(deferral) => Err(deferral),
    };
    if let Bound::To(name) = bound {
        return place(name).map_or(Err(wait("account_gone")), ask);
    }
    let Some(own) = own(candidates, delivery) else {
        return Err(wait("no_account"));
    };
    if bound == Bound::Own {
        return ask(own);
    }
    let (mut next, mut asked, mut soonest) = (Some(own), Vec::new(), None::<Deferral>);
    while let Some(one) = next.filter(|one| !asked.contains(one)) {
        match ask(one) {
            Ok(place) => return Ok(place),
            Err(why) => {
                soonest = Some(soonest.map_or(why, |s| if why.until < s.until { why } else { s }))
            }
        }
        asked.push(one);
        next = candidates[one].failover_to.and_then(place);
    }
    Err(soonest.unwrap_or_else(|| wait("no_account")))
}

/// The one that a delivery falls to: the same for every attempt, in every process, as long as the
/// accounts are the same.
pub(super) fn own(candidates: &[Candidate<'_>], delivery: DeliveryId) -> Option<usize> {
    let is_spare = |name: &str| candidates.iter().any(|one| one.failover_to == Some(name));
    let share = |one: &Candidate<'_>| match one.weight {
        Some(weight) => u64::from(weight),
        None => u64::from(!is_spare(one.name)),
    };
    let total: u64 = candidates.iter().map(share).sum();
    if total == 0 {
        // Each is another's spare, which only a race could store: the first goes ahead.
        return (!candidates.is_empty()).then_some(0);
    }
    let mut point = fraction(delivery) % total;
    candidates.iter().position(|one| {
        let share = share(one);
        let is_it = point < share;
        point = point.saturating_sub(share);
        is_it
    })
}

/// The last six bytes of the id: part of a digest, unlike the time at its beginning.
fn fraction(delivery: DeliveryId) -> u64 {
    let bytes = delivery.0.as_bytes();
    bytes[10..]
        .iter()
        .fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

#[cfg(test)]
#[path = "choice_tests.rs"]
mod tests;
