//! Everything that is stored about one user, for an export.

use async_trait::async_trait;
use campanile_domain::{Notification, NotificationId, Suppression, TenantId, TopicKey, UserId};
use chrono::{DateTime, Utc};

use crate::{StorageError, TimelineRecord};

/// A notification of a user with all its deliveries, as long as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct UserRecord {
    /// The notification, its marks and its deliveries.
    pub record: TimelineRecord,
    /// When the user deleted it; it is stored until it is removed by retention.
    pub deleted_at: Option<DateTime<Utc>>,
}

/// Reads what is stored about one user of a tenant.
#[async_trait]
pub trait UserRecords: Send + Sync {
    /// Up to `limit` notifications of a user after (newer than) one, oldest first, with those that they have deleted.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn user_records(
        &self,
        tenant: &TenantId,
        user: &UserId,
        after: Option<NotificationId>,
        limit: u32,
    ) -> Result<Vec<UserRecord>, StorageError>;

    /// Of the newest `among` notifications of a user those that no inbox shows, because their sender named channels and the
    /// inbox was not one of them; newest first, without those that were deleted or cancelled.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn outside_inbox(
        &self,
        tenant: &TenantId,
        user: &UserId,
        among: u32,
    ) -> Result<Vec<Notification>, StorageError>;

    /// Up to `limit` entries of the suppression list for an address that bounced when it was the user's, also one that they
    /// had before, in any order.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn user_suppressions(
        &self,
        tenant: &TenantId,
        user: &UserId,
        limit: u32,
    ) -> Result<Vec<Suppression>, StorageError>;

    /// Up to `limit` topics that a user is subscribed to after one, by the bytes of their names.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn user_topics(
        &self,
        tenant: &TenantId,
        user: &UserId,
        after: Option<&TopicKey>,
        limit: u32,
    ) -> Result<Vec<TopicKey>, StorageError>;
}
