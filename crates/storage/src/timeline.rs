//! Everything that happened to one notification.

use async_trait::async_trait;
use campanile_domain::{Delivery, InboxMarks, Notification, NotificationId, TenantId};
use chrono::{DateTime, Utc};

use crate::StorageError;

/// A notification and all its deliveries.
#[derive(Debug, Clone, PartialEq)]
pub struct TimelineRecord {
    /// The notification.
    pub notification: Notification,
    /// What the user did with it.
    pub marks: InboxMarks,
    /// When its sender called it back.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// Its deliveries, oldest first.
    pub deliveries: Vec<Delivery>,
}

/// Explains.
#[async_trait]
pub trait Timeline: Send + Sync {
    /// One notification of the tenant with its deliveries; a deleted one is not there.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn timeline(
        &self,
        tenant: &TenantId,
        id: NotificationId,
    ) -> Result<Option<TimelineRecord>, StorageError>;
}
