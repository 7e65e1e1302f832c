//! Services cancel what they sent.
//!
//! The mark in the notification's row is the truth: it is set in the transaction that closes what
//! is open of it, and whatever is planned at that very moment finds it where the marks of users are
//! looked at as well (see [`crate::InboxWrites`]).

use crate::Cancelled;

/// What calling back a notification came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CancelOutcome {
    /// Nothing more of it leaves. Also the answer to a repetition, which stops nothing more.
    Stopped {
        /// Deliveries that were open.
        deliveries: Cancelled,
        /// Whether all of it was still to be planned: one whose `send_at` is ahead, or that was
        /// accepted a moment ago. What its plan will hold is cancelled there.
        unplanned: bool,
    },
    /// All of it has left, or ended otherwise; nothing was changed.
    TooLate,
}

impl CancelOutcome {
    /// How much was stopped: the deliveries, or one where there were none yet.
    pub fn stopped(&self) -> u64 {
        match self {
            Self::Stopped {
                deliveries,
                unplanned,
            } => deliveries.total().max(u64::from(*unplanned)),
            Self::TooLate => 0,
        }
    }
}
