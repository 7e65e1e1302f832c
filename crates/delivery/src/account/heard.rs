//! What an answer says of an account, and of its credential for a platform.

use std::time::Duration;

use campanile_domain::{Blame, Outcome, OutcomeKind};

/// What an answer says of the thing that the breaker guards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    /// It works.
    Works,
    /// Nothing: neither that it works nor that it fails.
    Nothing,
    /// It fails, and may come right by itself.
    Fails {
        /// How long the provider asks not to be called.
        wish: Duration,
    },
    /// It has done as much as it may for now.
    UsedUp,
    /// It needs an operator.
    Wrong,
}

impl Heard {
    /// Of the account.
    pub(crate) fn of_account(outcome: &Outcome) -> Self {
        match (outcome.kind, outcome.blame) {
            (OutcomeKind::Delivered, _) | (_, Blame::Addressee | Blame::Platform) => Self::Works,
            (_, Blame::Unclear) => Self::Nothing,
            (_, Blame::Quota) => Self::UsedUp,
            (OutcomeKind::Misconfigured, Blame::Account) => Self::Wrong,
            (
                OutcomeKind::Retry
                | OutcomeKind::Ambiguous
                | OutcomeKind::AddressGone
                | OutcomeKind::Rejected,
                Blame::Account,
            ) => Self::Fails {
                wish: outcome.retry_after.unwrap_or_default(),
            },
        }
    }

    /// Of the account's credential for the recipient's platform. Only what was delivered has passed
    /// by it.
    pub(crate) fn of_platform(outcome: &Outcome) -> Self {
        match (outcome.kind, outcome.blame) {
            (OutcomeKind::Delivered, _) => Self::Works,
            (_, Blame::Platform) => Self::Wrong,
            _ => Self::Nothing,
        }
    }
}
