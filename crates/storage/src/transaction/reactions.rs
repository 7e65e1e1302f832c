//! Rows of reactions: marks of deliveries.

use async_trait::async_trait;
use campanile_domain::{
    Assigned, Channel, DeliveryId, NotificationId, NotificationType, Reaction, TenantId, UserId,
};
use chrono::{DateTime, Utc};

use crate::StorageError;

/// A delivery that was reacted to for the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstReaction {
    /// Its user.
    pub user: UserId,
    /// Its type.
    pub notification_type: NotificationType,
    /// Its channel.
    pub channel: Channel,
    /// The variant whose words it was sent in.
    pub variant: Option<Assigned>,
}

/// Operations on reactions.
#[async_trait]
pub trait ReactionRows: Send {
    /// Marks a delivery with its first reaction of this kind; `None`: it has one already, or is not there. Nothing else of
    /// the delivery changes.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn mark_reaction(
        &mut self,
        tenant: &TenantId,
        notification: NotificationId,
        delivery: DeliveryId,
        reaction: Reaction,
        at: DateTime<Utc>,
    ) -> Result<Option<FirstReaction>, StorageError>;
}
