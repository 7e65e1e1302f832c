//! Rows of the outbox: accepted, not planned.

use async_trait::async_trait;
use campanile_domain::{Lane, NotificationId, TenantId};
use chrono::{DateTime, Utc};

use crate::StorageError;

/// Notifications of one tenant and lane that are to be planned. A back end splits it into rows of
/// [`crate::OUTBOX_ROW_IDS`].
#[derive(Debug, Clone)]
pub struct OutboxRow {
    /// Whose.
    pub tenant: TenantId,
    /// How urgent.
    pub lane: Lane,
    /// Which.
    pub notifications: Vec<NotificationId>,
}

/// Operations on the outbox.
#[async_trait]
pub trait OutboxRows: Send {
    /// Adds rows, made at `now`.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn insert_outbox(
        &mut self,
        rows: &[OutboxRow],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;
}
