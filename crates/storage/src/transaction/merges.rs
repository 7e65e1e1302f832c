//! Rows of merges, and the rows of two users that become one's.

use async_trait::async_trait;
use campanile_domain::{MergeCounts, NotificationId, TenantId, UserId, UserMerge};
use chrono::{DateTime, Utc};

use crate::StorageError;

/// A notification of the user who is to be removed, locked with its deliveries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedNotification {
    /// Which.
    pub id: NotificationId,
    /// When it was accepted.
    pub created_at: DateTime<Utc>,
    /// When it is to be sent, if that was said.
    pub send_at: Option<DateTime<Utc>>,
    /// Whether any of its deliveries is open.
    pub has_open_delivery: bool,
}

/// A fan-out to one of a user's topics that has reached some of its subscribers, locked: no step is made meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FanoutAtUser {
    /// When it was accepted.
    pub created_at: DateTime<Utc>,
    /// The last subscriber that it has reached.
    pub cursor: String,
}

/// Operations on merges.
#[async_trait]
pub trait MergeRows: Send {
    /// Whether anything is stored about a user of this id.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn is_known_user(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<bool, StorageError>;

    /// How many notifications a user has, deleted ones included.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn notifications_of(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<u64, StorageError>;

    /// The latest merge that removes, or removed, this user.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn merge_of(
        &mut self,
        tenant: &TenantId,
        from: &UserId,
    ) -> Result<Option<UserMerge>, StorageError>;

    /// Whether a merge runs that takes part of any of these users.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn runs_merge_with(
        &mut self,
        tenant: &TenantId,
        users: [&UserId; 2],
    ) -> Result<bool, StorageError>;

    /// Stores a merge, in the place of an earlier one of the same user.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_merge(&mut self, merge: &UserMerge) -> Result<(), StorageError>;

    /// Stores how far a merge is.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn advance_merge(&mut self, merge: &UserMerge) -> Result<(), StorageError>;

    /// Locks the running merge whose turn it is: the one that has waited longest since its last step. Others' are passed
    /// over.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn lock_merge(&mut self, now: DateTime<Utc>) -> Result<Option<UserMerge>, StorageError>;

    /// A merge is not looked at again before `due_at`.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_off_merge(
        &mut self,
        tenant: &TenantId,
        from: &UserId,
        due_at: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Locks notifications of a user after one, in the order of their ids, and their deliveries.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn lock_notifications_of(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
        after: Option<NotificationId>,
        limit: Option<u32>,
    ) -> Result<Vec<MergedNotification>, StorageError>;

    /// Gives notifications that this transaction has locked to another user, with their deliveries and dead letters.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn give_notifications(
        &mut self,
        merge: &UserMerge,
        notifications: &[NotificationId],
    ) -> Result<(), StorageError>;

    /// Subscribes the kept user to the other one's topics, as of when the other one was subscribed; says to how many they
    /// were not.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn share_topics(&mut self, merge: &UserMerge) -> Result<u64, StorageError>;

    /// Locks the fan-outs to topics of a user that have begun.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn lock_fanouts_at(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<Vec<FanoutAtUser>, StorageError>;

    /// Gives everything but notifications and topics to the kept user, and removes the other one. Devices and entries of the
    /// suppression list move. Of what a person has once (preferences, an address of a channel, each fact of the user) the
    /// kept user's stays, and the other's fills what is missing. Says how many devices and addresses moved.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn give_rest(
        &mut self,
        merge: &UserMerge,
        now: DateTime<Utc>,
    ) -> Result<MergeCounts, StorageError>;

    /// Removes rows of merges that ended before a moment, of any tenant; says how many.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn forget_merges(&mut self, ended_before: DateTime<Utc>) -> Result<u64, StorageError>;
}
