//! Removes rows that are older than their retention period. SQLite has no partitions to drop: every tenant's rows are removed in steps.

mod remove;

use async_trait::async_trait;
use campanile_domain::{NotificationId, RetentionDays, TenantId};
use campanile_storage::{DropDay, Retention, StorageError};
use chrono::NaiveDate;
use sqlx::SqliteConnection;

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::rows::tenant as read_tenant;
use crate::tenants::days;

#[async_trait]
impl Retention for SqliteStorage {
    async fn retention_terms(
        &self,
    ) -> Result<Vec<(TenantId, Option<RetentionDays>)>, StorageError> {
        let rows = sqlx::query("SELECT tenant, retention_days FROM tenants ORDER BY tenant")
            .fetch_all(&self.readers)
            .await
            .map_err(storage_error)?;
        rows.iter()
            .map(|row| Ok((read_tenant(row)?, days(row)?)))
            .collect()
    }

    fn drops_days(&self) -> bool {
        false
    }

    async fn days_before(&self, _day: NaiveDate) -> Result<Vec<NaiveDate>, StorageError> {
        Ok(Vec::new())
    }

    async fn day_is_pending(&self, _day: NaiveDate) -> Result<bool, StorageError> {
        Ok(false)
    }

    async fn drop_day(
        &self,
        _day: NaiveDate,
        _default: RetentionDays,
    ) -> Result<Option<DropDay>, StorageError> {
        Ok(Some(DropDay::Dropped))
    }

    async fn count_before(
        &self,
        tenant: &TenantId,
        before: NotificationId,
    ) -> Result<u64, StorageError> {
        sqlx::query_scalar::<_, i64>(
            "SELECT count(*) FROM notifications WHERE tenant = ? AND id < ?",
        )
        .bind(tenant.as_str())
        .bind(before.0)
        .fetch_one(&self.readers)
        .await
        .map(|found| u64::try_from(found).unwrap_or(0))
        .map_err(storage_error)
    }
}

/// `false`: there is no such tenant.
pub(crate) async fn set_days(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    days: Option<RetentionDays>,
) -> Result<bool, StorageError> {
    sqlx::query("UPDATE tenants SET retention_days = ? WHERE tenant = ?")
        .bind(days.map(RetentionDays::get))
        .bind(tenant.as_str())
        .execute(connection)
        .await
        .map(|done| done.rows_affected() == 1)
        .map_err(storage_error)
}
