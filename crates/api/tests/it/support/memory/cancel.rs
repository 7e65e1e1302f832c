//! Calling back in memory: whatever has no delivery yet is stopped, the rest has left.

use async_trait::async_trait;
use campanile_domain::{NotificationId, TenantId, UserId};
use campanile_storage::{Cancel, CancelOutcome, Cancelled, StorageError};
use chrono::{DateTime, Utc};

use super::MemoryStorage;

#[async_trait]
impl Cancel for MemoryStorage {
    async fn recipient(
        &self,
        tenant: &TenantId,
        id: NotificationId,
    ) -> Result<Option<UserId>, StorageError> {
        self.up()?;
        let rows = self.rows.lock().unwrap();
        let found = rows.iter().find(|n| n.tenant == *tenant && n.id == id);
        Ok(found.map(|n| n.user_id.clone()))
    }

    async fn cancel_notification(
        &self,
        tenant: &TenantId,
        id: NotificationId,
        now: DateTime<Utc>,
    ) -> Result<Option<CancelOutcome>, StorageError> {
        if self.recipient(tenant, id).await?.is_none() {
            return Ok(None);
        }
        let deliveries = self.deliveries.lock().unwrap();
        if deliveries.iter().any(|d| d.notification_id == id) {
            return Ok(Some(CancelOutcome::TooLate));
        }
        self.cancelled.lock().unwrap().entry(id).or_insert(now);
        Ok(Some(CancelOutcome::Stopped {
            deliveries: Cancelled::default(),
            unplanned: true,
        }))
    }
}
