//! Removing rows that are past their retention period.

use std::collections::BTreeSet;

use async_trait::async_trait;
use campanile_domain::{DeliveryId, NotificationId, TenantId, UserId};
use campanile_storage::{
    ExpiredNotification, NotificationRange, Removed, RetentionRows, StorageError,
};
use sqlx::{QueryBuilder, Sqlite};
use uuid::Uuid;

use crate::error::storage_error;
use crate::rows::{get, unpack, unpack_refs};
use crate::transaction::SqliteTransaction;

/// Ids in one statement, far below SQLite's 32,766 parameters.
const IDS_PER_STATEMENT: usize = 1_000;

#[async_trait]
impl RetentionRows for SqliteTransaction<'_> {
    /// The one writer is the lock.
    async fn lock_retention(&mut self) -> Result<bool, StorageError> {
        Ok(true)
    }

    async fn oldest_between(
        &mut self,
        tenant: &TenantId,
        after: NotificationId,
        before: NotificationId,
        limit: usize,
    ) -> Result<Vec<ExpiredNotification>, StorageError> {
        let found: Vec<(Uuid, String)> = sqlx::query_as(
            "SELECT id, user_id FROM notifications \
             WHERE tenant = ? AND id > ? AND id < ? ORDER BY id LIMIT ?",
        )
        .bind(tenant.as_str())
        .bind(after.0)
        .bind(before.0)
        .bind(i64::try_from(limit).unwrap_or(i64::MAX))
        .fetch_all(&mut *self.connection)
        .await
        .map_err(storage_error)?;
        let read = |(id, user): (Uuid, String)| ExpiredNotification {
            id: NotificationId(id),
            user: UserId::parse(&user).ok(),
        };
        Ok(found.into_iter().map(read).collect())
    }

    async fn lock_deliveries(
        &mut self,
        tenant: &TenantId,
        range: NotificationRange,
    ) -> Result<Vec<(NotificationId, DeliveryId)>, StorageError> {
        let found: Vec<(Uuid, Uuid)> = sqlx::query_as(
            "SELECT notification_id, id FROM deliveries \
             WHERE tenant = ? AND notification_id >= ? AND notification_id <= ?",
        )
        .bind(tenant.as_str())
        .bind(range.first.0)
        .bind(range.last.0)
        .fetch_all(&mut *self.connection)
        .await
        .map_err(storage_error)?;
        let ids = |(notification, delivery)| (NotificationId(notification), DeliveryId(delivery));
        Ok(found.into_iter().map(ids).collect())
    }

    async fn pending_in(
        &mut self,
        tenant: &TenantId,
        range: NotificationRange,
    ) -> Result<BTreeSet<NotificationId>, StorageError> {
        let rows = sqlx::query(
            "SELECT 'schedule' AS kind, notification_id AS ids FROM schedule WHERE tenant = ?1 \
                 AND notification_id >= ?2 AND notification_id <= ?3 \
             UNION ALL SELECT 'outbox', notification_ids FROM outbox WHERE tenant = ?1 \
             UNION ALL SELECT 'dispatch', refs FROM dispatch WHERE tenant = ?1",
        )
        .bind(tenant.as_str())
        .bind(range.first.0)
        .bind(range.last.0)
        .fetch_all(&mut *self.connection)
        .await
        .map_err(storage_error)?;
        let mut all = BTreeSet::new();
        for row in &rows {
            let bytes: &[u8] = get(row, "ids")?;
            if get::<&str>(row, "kind")? == "dispatch" {
                all.extend(unpack_refs(bytes).iter().map(|(id, _)| *id));
            } else {
                all.extend(unpack(bytes).map(NotificationId));
            }
        }
        all.retain(|id| (range.first..=range.last).contains(id));
        Ok(all)
    }

    async fn remove_in(
        &mut self,
        tenant: &TenantId,
        range: NotificationRange,
        except: &BTreeSet<NotificationId>,
        dead_letters: &[DeliveryId],
    ) -> Result<Removed, StorageError> {
        let mut removed = Removed::default();
        for ids in dead_letters.chunks(IDS_PER_STATEMENT) {
            let mut query = QueryBuilder::<Sqlite>::new("DELETE FROM dead_letters WHERE tenant = ");
            query.push_bind(tenant.as_str()).push(" AND id IN (");
            let mut list = query.separated(", ");
            for id in ids {
                list.push_bind(id.0);
            }
            query.push(")");
            removed.dead_letters += self.rows_of(query).await?;
        }
        let in_range = |table, column| {
            let mut query =
                QueryBuilder::<Sqlite>::new(format!("DELETE FROM {table} WHERE {column} NOT IN ("));
            let mut list = query.separated(", ");
            for id in except {
                list.push_bind(id.0);
            }
            query.push(") AND tenant = ").push_bind(tenant.as_str());
            query
                .push(format!(" AND {column} >= "))
                .push_bind(range.first.0)
                .push(format!(" AND {column} <= "))
                .push_bind(range.last.0);
            query
        };
        let deliveries = in_range("deliveries", "notification_id");
        removed.deliveries = self.rows_of(deliveries).await?;
        let notifications = in_range("notifications", "id");
        removed.notifications = self.rows_of(notifications).await?;
        Ok(removed)
    }
}

impl SqliteTransaction<'_> {
    /// Runs a statement; says how many rows it concerned.
    async fn rows_of(&mut self, mut query: QueryBuilder<'_, Sqlite>) -> Result<u64, StorageError> {
        let done = query.build().execute(&mut *self.connection).await;
        done.map(|done| done.rows_affected()).map_err(storage_error)
    }
}
