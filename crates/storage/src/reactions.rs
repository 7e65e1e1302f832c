//! What readers do with mails: reads. First reactions are marked in transactions ([`crate::ReactionRows`]).

use async_trait::async_trait;
use campanile_domain::{DeliveryId, DeliveryState, NotificationId, Reactions, TenantId};
use chrono::{DateTime, Utc};

use crate::StorageError;

/// A delivery, as far as a reaction to it asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReactedTo {
    /// Where it stands.
    pub state: DeliveryState,
    /// When its state last changed.
    pub updated_at: DateTime<Utc>,
    /// What was seen of it.
    pub reactions: Reactions,
}

/// Tells what was seen of deliveries.
#[async_trait]
pub trait ReadReactions: Send + Sync {
    /// One delivery of a tenant, by key; `None` if it is not there any more.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn reacted_to(
        &self,
        tenant: &TenantId,
        notification: NotificationId,
        delivery: DeliveryId,
    ) -> Result<Option<ReactedTo>, StorageError>;
}
