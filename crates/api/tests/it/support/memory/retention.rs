//! Terms are kept; nothing is removed.

use async_trait::async_trait;
use campanile_domain::{NotificationId, RetentionDays, TenantId};
use campanile_storage::{DropDay, RemoveStep, Retention, StorageError};
use chrono::NaiveDate;

use super::{MemoryStorage, workers_only};

#[async_trait]
impl Retention for MemoryStorage {
    async fn set_retention(
        &self,
        tenant: &TenantId,
        days: Option<RetentionDays>,
    ) -> Result<bool, StorageError> {
        self.up()?;
        let mut terms = self.retention.lock().unwrap();
        match days {
            Some(days) => terms.insert(tenant.clone(), days),
            None => terms.remove(tenant),
        };
        Ok(self.tenants.lock().unwrap().contains(tenant))
    }

    async fn retention_terms(
        &self,
    ) -> Result<Vec<(TenantId, Option<RetentionDays>)>, StorageError> {
        workers_only()
    }

    fn drops_days(&self) -> bool {
        false
    }

    async fn days_before(&self, _day: NaiveDate) -> Result<Vec<NaiveDate>, StorageError> {
        workers_only()
    }

    async fn day_is_pending(&self, _day: NaiveDate) -> Result<bool, StorageError> {
        workers_only()
    }

    async fn drop_day(
        &self,
        _day: NaiveDate,
        _default: RetentionDays,
    ) -> Result<Option<DropDay>, StorageError> {
        workers_only()
    }

    async fn count_before(
        &self,
        _tenant: &TenantId,
        _before: NotificationId,
    ) -> Result<u64, StorageError> {
        workers_only()
    }

    async fn remove_step(
        &self,
        _tenant: &TenantId,
        _after: NotificationId,
        _before: NotificationId,
    ) -> Result<Option<RemoveStep>, StorageError> {
        workers_only()
    }
}
