//! Removing what is past its term. There are no days to drop: every tenant's rows go in steps.

use std::collections::BTreeSet;

use async_trait::async_trait;
use campanile_domain::{NotificationId, RetentionDays, TenantId, UserId};
use campanile_storage::{DropDay, REMOVED_AT_ONCE, RemoveStep, Removed, Retention, StorageError};
use chrono::NaiveDate;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use uuid::Uuid;

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::rows::{get, tenant as read_tenant, unpack, unpack_refs};
use crate::tenants::days;

#[async_trait]
impl Retention for SqliteStorage {
    async fn set_retention(
        &self,
        tenant: &TenantId,
        days: Option<RetentionDays>,
    ) -> Result<bool, StorageError> {
        let tenant = tenant.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    sqlx::query("UPDATE tenants SET retention_days = ? WHERE tenant = ?")
                        .bind(days.map(RetentionDays::get))
                        .bind(tenant.as_str())
                        .execute(connection)
                        .await
                        .map(|done| done.rows_affected() == 1)
                        .map_err(storage_error)
                })
            })
            .await
    }

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

    /// The one writer is the lock.
    async fn remove_step(
        &self,
        tenant: &TenantId,
        after: NotificationId,
        before: NotificationId,
    ) -> Result<Option<RemoveStep>, StorageError> {
        let tenant = tenant.clone();
        self.writer
            .write(move |connection| {
                Box::pin(async move { step(connection, &tenant, after, before).await.map(Some) })
            })
            .await
    }
}

async fn step(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    after: NotificationId,
    before: NotificationId,
) -> Result<RemoveStep, StorageError> {
    let found: Vec<(Uuid, String)> = sqlx::query_as(
        "SELECT id, user_id FROM notifications WHERE tenant = ? AND id > ? AND id < ? ORDER BY id LIMIT ?",
    )
    .bind(tenant.as_str())
    .bind(after.0)
    .bind(before.0)
    .bind(i64::try_from(REMOVED_AT_ONCE).unwrap_or(i64::MAX))
    .fetch_all(&mut *connection)
    .await
    .map_err(storage_error)?;
    let (Some((low, _)), Some((high, _))) = (found.first(), found.last()) else {
        return Ok(RemoveStep::default());
    };
    let (low, high) = (*low, *high);
    let pending = pending(connection, tenant, low, high).await?;
    let mut rows = [0; 3];
    for (start, rows) in [
        "DELETE FROM dead_letters WHERE (tenant, id) IN (SELECT tenant, id FROM deliveries \
         WHERE tenant = ",
        "DELETE FROM deliveries WHERE (tenant, notification_id, id) IN (\
         SELECT tenant, notification_id, id FROM deliveries WHERE tenant = ",
        "DELETE FROM notifications WHERE (tenant, id) IN (\
         SELECT tenant, id AS notification_id FROM notifications WHERE tenant = ",
    ]
    .into_iter()
    .zip(&mut rows)
    {
        let column = if start.contains("DELETE FROM notifications") {
            "id"
        } else {
            "notification_id"
        };
        let mut query = QueryBuilder::<Sqlite>::new(start);
        query.push_bind(tenant.as_str().to_owned());
        query.push(" AND ").push(column).push(" >= ").push_bind(low);
        query
            .push(" AND ")
            .push(column)
            .push(" <= ")
            .push_bind(high);
        query.push(" AND ").push(column).push(" NOT IN (");
        let mut listed = query.separated(", ");
        for id in &pending {
            listed.push_bind(*id);
        }
        query.push("))");
        let done = query.build().execute(&mut *connection).await;
        *rows = done.map_err(storage_error)?.rows_affected();
    }
    let [dead_letters, deliveries, notifications] = rows;
    Ok(RemoveStep {
        removed: Removed {
            notifications,
            deliveries,
            dead_letters,
        },
        pending: (found.len() as u64).saturating_sub(notifications),
        more_after: (found.len() == REMOVED_AT_ONCE).then_some(NotificationId(high)),
        users: if notifications > 0 {
            users(found)
        } else {
            Vec::new()
        },
    })
}

/// Each once. Who cannot be read has no inbox either.
fn users(found: Vec<(Uuid, String)>) -> Vec<UserId> {
    let users: BTreeSet<String> = found.into_iter().map(|(_, user)| user).collect();
    let read = users.iter().filter_map(|user| UserId::parse(user).ok());
    read.collect()
}

/// What is to be planned, in hand, or waiting for its time, between two ids.
async fn pending(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    low: Uuid,
    high: Uuid,
) -> Result<BTreeSet<Uuid>, StorageError> {
    let mut all = BTreeSet::new();
    let rows = sqlx::query(
        "SELECT 'schedule' AS kind, notification_id AS ids FROM schedule WHERE tenant = ?1 \
             AND notification_id >= ?2 AND notification_id <= ?3 \
         UNION ALL SELECT 'outbox', notification_ids FROM outbox WHERE tenant = ?1 \
         UNION ALL SELECT 'dispatch', refs FROM dispatch WHERE tenant = ?1",
    )
    .bind(tenant.as_str())
    .bind(low)
    .bind(high)
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    for row in &rows {
        let bytes: &[u8] = get(row, "ids")?;
        if get::<&str>(row, "kind")? == "dispatch" {
            all.extend(unpack_refs(bytes).iter().map(|(id, _)| id.0));
        } else {
            all.extend(unpack(bytes));
        }
    }
    all.retain(|id| (low..=high).contains(id));
    Ok(all)
}
