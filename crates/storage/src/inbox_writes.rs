//! What users do with their notifications, and the deliveries that it cancels.
//!
//! A read, archived or deleted notification is not worth a push or a mail any more: the write
//! cancels its open deliveries in its own transaction. Those that a plan adds at the same moment
//! are cancelled where they turn up: by plans, [`crate::Dispatches::load`] and
//! [`crate::Schedule`], which read the same marks.

use std::collections::BTreeMap;

use async_trait::async_trait;
use campanile_domain::{
    Channel, InboxChange, NotificationId, NotificationType, TenantId, UserId, Withdrawal,
};
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

/// Which unread notifications one step of a read-all marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// These, as far as they are still unread; at most [`READ_AT_ONCE`].
    These(Vec<NotificationId>),
    /// The oldest [`READ_AT_ONCE`] between two ids, both left out.
    Between(NotificationId, NotificationId),
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

/// Changes a user's inbox. Every statement is limited to one tenant and one user; a notification
/// whose `send_at` is ahead is not there yet.
#[async_trait]
pub trait InboxWrites: Send + Sync {
    /// Applies a change to one of a user's notifications and cancels what it withdraws; `None` if
    /// the user has none of this id. A change that changes nothing leaves `updated_at` as it is.
    ///
    /// # Errors
    /// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
    async fn change_notification(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: NotificationId,
        change: InboxChange,
        now: DateTime<Utc>,
    ) -> Result<Option<Cancelled>, StorageError>;

    /// Deletes one of a user's notifications: it disappears from the inbox, its texts are erased, its pending
    /// deliveries are cancelled. `None` if the user has no notification with this id (any more).
    ///
    /// # Errors
    /// As for a change.
    async fn delete_notification(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: NotificationId,
        now: DateTime<Utc>,
    ) -> Result<Option<Cancelled>, StorageError>;

    /// The unread notifications that the inbox shows now, of this type or any, with ids from
    /// `since` on; the oldest so many, oldest first.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn unread_since(
        &self,
        tenant: &TenantId,
        user: &UserId,
        notification_type: Option<&NotificationType>,
        since: NotificationId,
        now: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<NotificationId>, StorageError>;

    /// One step of a read-all, in one transaction: of the unread ones that the inbox shows, of this
    /// type or any. See [`crate::read_all`].
    ///
    /// # Errors
    /// As for a change.
    async fn read_step(
        &self,
        tenant: &TenantId,
        user: &UserId,
        notification_type: Option<&NotificationType>,
        which: Unread,
        now: DateTime<Utc>,
    ) -> Result<ReadStep, StorageError>;
}
