//! Rows of dead letters that become deliveries again.

use async_trait::async_trait;
use campanile_domain::{Channel, DeliveryId, Lane, NotificationId, TenantId};
use chrono::{DateTime, Utc};

use crate::{DeadLetterFilter, StorageError};

/// A dead letter that was taken off the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetterTaken {
    /// Its delivery.
    pub delivery: DeliveryId,
    /// The notification.
    pub notification: NotificationId,
    /// The channel.
    pub channel: Channel,
    /// The lane.
    pub lane: Lane,
}

/// Operations on dead letters.
#[async_trait]
pub trait DeadLetterRows: Send {
    /// Takes the oldest that match and name a delivery, at most `limit`. Those that another transaction is taking are
    /// left to it.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn take_dead_letters(
        &mut self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        limit: u32,
    ) -> Result<Vec<DeadLetterTaken>, StorageError>;

    /// Makes those of their deliveries due again that still exist and are dead, with the full retry schedule; earlier
    /// attempts are kept.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn revive_deliveries(
        &mut self,
        tenant: &TenantId,
        taken: &[DeadLetterTaken],
        due_at: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Removes up to `limit` that match for good, the oldest first; their deliveries stay `dead` in the timeline. Says
    /// how many.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn purge_dead_letters(
        &mut self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        limit: u32,
    ) -> Result<u64, StorageError>;
}
