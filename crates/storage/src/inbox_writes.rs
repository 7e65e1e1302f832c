//! Marks of notifications of which nothing can leave any more, and what changes of inboxes cancel.
//!
//! Every other change of an inbox is a transaction of the crate `pipeline`, which cancels what the user does not need any
//! more. Deliveries that a plan adds at the same moment are cancelled where they turn up: by plans, by
//! [`crate::Dispatches::load`] and by the scheduler, which read the same marks.

use std::collections::BTreeMap;

use async_trait::async_trait;
use campanile_domain::{Channel, InboxMarks, NotificationId, TenantId, UserId, Withdrawal};
use chrono::{DateTime, Utc};

use crate::StorageError;

/// How many deliveries were cancelled, by channel and reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cancelled(BTreeMap<(Channel, Withdrawal), u64>);

impl Cancelled {
    /// Counts one.
    pub fn add(&mut self, channel: Channel, why: Withdrawal) {
        *self.0.entry((channel, why)).or_default() += 1;
    }

    /// Counts all of another's.
    pub fn merge(&mut self, other: Self) {
        for (key, deliveries) in other.0 {
            *self.0.entry(key).or_default() += deliveries;
        }
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// Each channel and reason with its number.
    pub fn iter(&self) -> impl Iterator<Item = (Channel, Withdrawal, u64)> {
        let counts = self.0.iter();
        counts.map(|((channel, why), deliveries)| (*channel, *why, *deliveries))
    }
}

/// The marks of a notification, as they were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarksFound {
    /// The marks.
    pub marks: InboxMarks,
    /// Whether a delivery of it is pending or may be planned.
    pub may_leave: bool,
    /// Whether its user was given variants, of which reads are counted.
    pub has_variants: bool,
}

/// What one step of a read-all did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadStep {
    /// How many it marked.
    pub updated: u64,
    /// The last of them, if it found as many as it may take.
    pub more_after: Option<NotificationId>,
    /// The deliveries that it cancelled.
    pub cancelled: Cancelled,
}

/// Notifications marked in one transaction.
pub const READ_AT_ONCE: usize = 500;

/// Changes the marks of notifications of which nothing can leave any more: without a lock, a statement each. Everything
/// else that changes an inbox is a transaction of the crate `pipeline`.
#[async_trait]
pub trait InboxWrites: Send + Sync {
    /// Whose inbox a notification of the tenant is in; `None` if there is none with this id.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn recipient(
        &self,
        tenant: &TenantId,
        id: NotificationId,
    ) -> Result<Option<UserId>, StorageError>;

    /// The marks of one of a user's notifications; `None` if the user has none with this id, or its `send_at` is ahead.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn marks_of(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: NotificationId,
        now: DateTime<Utc>,
    ) -> Result<Option<MarksFound>, StorageError>;

    /// Writes `marks` if the notification still has those that were `found`; says whether it had.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn replace_marks(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: NotificationId,
        found: InboxMarks,
        marks: InboxMarks,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError>;
}
