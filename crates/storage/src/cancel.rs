//! Services cancel what they sent.
//!
//! The mark in the notification's row is the truth: it is set in the transaction that closes what
//! is open of it, and whatever is planned at that very moment finds it where the marks of users are
//! looked at as well (see [`crate::InboxWrites`]).

use async_trait::async_trait;
use campanile_domain::{NotificationId, TenantId, UserId};
use chrono::{DateTime, Utc};

use crate::{Cancelled, StorageError};

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

/// Calls notifications back for the service that sent them.
#[async_trait]
pub trait Cancel: Send + Sync {
    /// Whose inbox a notification of the tenant is in; `None` if there is none of this id.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn recipient(
        &self,
        tenant: &TenantId,
        id: NotificationId,
    ) -> Result<Option<UserId>, StorageError>;

    /// Stops, in one transaction, whatever of a notification has not left: its open deliveries
    /// become `cancelled`, and so does what is planned of it later. One whose `send_at` is ahead
    /// never shows in the inbox, and its plan falls due at once; one that was shown stays there.
    /// `None` if the tenant has none of this id.
    ///
    /// # Errors
    /// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
    async fn cancel_notification(
        &self,
        tenant: &TenantId,
        id: NotificationId,
        now: DateTime<Utc>,
    ) -> Result<Option<CancelOutcome>, StorageError>;
}
