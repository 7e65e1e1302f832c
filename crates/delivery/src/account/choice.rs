//! Which of a channel's accounts makes the next call.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::account::Account;

/// How long a delivery waits whose tenant has no account for its channel (any more).
const NO_ACCOUNT_PAUSE: TimeDelta = TimeDelta::minutes(5);

/// What is known of a delivery's last attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LastTry {
    /// There was none, or no account was to blame for it: every account may be asked.
    None,
    /// There was one, and nobody remembers what came of it. It may have been taken, so no other
    /// account is asked than the first.
    Unknown,
    /// Nobody can tell whether this account's provider took it: only it may be asked again, since
    /// only it can recognise the repeated id.
    Ambiguous {
        /// The account's name.
        account: String,
    },
    /// This account's provider did not take it: the others come first.
    Refused {
        /// The account's name.
        account: String,
    },
}

/// Who makes the next call.
pub(crate) enum Choice {
    /// This account, if its breaker still admits when a hand is free.
    Call(Arc<Account>),
    /// Nobody for now.
    Wait(Deferral),
}

/// Why and until when a delivery waits without an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Deferral {
    /// Not before.
    pub until: DateTime<Utc>,
    /// As a code.
    pub reason: &'static str,
}

/// Chooses among accounts in their order.
pub(super) fn choose(accounts: &[Arc<Account>], last: &LastTry, now: DateTime<Utc>) -> Choice {
    let mut until: Option<DateTime<Utc>> = None;
    for account in in_turn(accounts, last) {
        match account.refuses_until(now) {
            None => return Choice::Call(account),
            Some(at) => until = Some(until.map_or(at, |other| other.min(at))),
        }
    }
    Choice::Wait(match until {
        Some(until) => Deferral {
            until,
            reason: "breaker_open",
        },
        None => Deferral {
            until: now + NO_ACCOUNT_PAUSE,
            reason: "no_account",
        },
    })
}

fn in_turn(accounts: &[Arc<Account>], last: &LastTry) -> Vec<Arc<Account>> {
    let place = |name: &String| accounts.iter().position(|a| a.name() == name);
    match last {
        LastTry::None => accounts.to_vec(),
        LastTry::Unknown => accounts.iter().take(1).cloned().collect(),
        // An account that is no more cannot recognise anything: at least once wins.
        LastTry::Ambiguous { account } => {
            let same = place(account).unwrap_or_default();
            accounts.iter().skip(same).take(1).cloned().collect()
        }
        LastTry::Refused { account } => {
            let mut turn = accounts.to_vec();
            turn.rotate_left(place(account).map_or(0, |n| n + 1));
            turn
        }
    }
}
