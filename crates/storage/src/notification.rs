//! One notification as its user's inbox lists it.

use async_trait::async_trait;
use campanile_domain::{NotificationId, TenantId, UserId};
use chrono::{DateTime, Utc};

use crate::{InboxItem, StorageError};

/// A notification that is not deleted, whether its user sees it yet or not.
#[derive(Debug, Clone, PartialEq)]
pub struct NotificationRecord {
    /// As a line of the inbox.
    pub item: InboxItem,
    /// When its sender cancelled it.
    pub cancelled_at: Option<DateTime<Utc>>,
}

impl NotificationRecord {
    /// Whether its user may see it: its `send_at` has come, and it was not cancelled before that.
    pub fn is_shown(&self, now: DateTime<Utc>) -> bool {
        let notification = &self.item.notification;
        notification.send_at.is_none_or(|at| at <= now)
            && !notification.is_never_shown(self.cancelled_at)
    }
}

/// Finds one notification.
#[async_trait]
pub trait Notifications: Send + Sync {
    /// One notification of the tenant, with the states of its deliveries; if a user is given, only if it is theirs.
    /// A deleted one is not found.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn notification(
        &self,
        tenant: &TenantId,
        user: Option<&UserId>,
        id: NotificationId,
    ) -> Result<Option<NotificationRecord>, StorageError>;
}
