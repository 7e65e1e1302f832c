//! Everything that is stored about one user, for an export.

use async_trait::async_trait;
use campanile_domain::{Notification, NotificationId, Suppression, TenantId, TopicKey, UserId};
use campanile_sealing::KeyRing;
use campanile_storage::{StorageError, TimelineRecord, UserRecord, UserRecords};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, transact};
use crate::error::Fault;
use crate::rows::{Reader, marks_columns, notification_columns};
use crate::suppressions;
use crate::timeline::deliveries;

#[async_trait]
impl UserRecords for PostgresStorage {
    async fn user_records(
        &self,
        tenant: &TenantId,
        user: &UserId,
        after: Option<NotificationId>,
        limit: u32,
    ) -> Result<Vec<UserRecord>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            records(connection, pool.keys(), tenant, user, after, limit).await
        });
        Ok(found?)
    }

    async fn outside_inbox(
        &self,
        tenant: &TenantId,
        user: &UserId,
        among: u32,
    ) -> Result<Vec<Notification>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            let rows = sqlx::query(concat!(
                "SELECT ",
                notification_columns!(),
                " FROM (SELECT * FROM notifications
                     WHERE tenant = $1 AND user_id = $2 ORDER BY id DESC LIMIT $3) n
                 WHERE NOT n.in_inbox AND n.deleted_at IS NULL AND n.cancelled_at IS NULL
                 ORDER BY n.id DESC"
            ))
            .bind(tenant.as_str())
            .bind(user.as_str())
            .bind(i64::from(among))
            .fetch_all(connection)
            .await?;
            let read = |row| {
                let mut reader = Reader::new(row, "notifications").opening(pool.keys());
                reader.notification()
            };
            rows.iter().map(read).collect()
        });
        Ok(found?)
    }

    async fn user_suppressions(
        &self,
        tenant: &TenantId,
        user: &UserId,
        limit: u32,
    ) -> Result<Vec<Suppression>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            // Without an order the index of users serves: by order, that of addresses would look as good.
            let rows = sqlx::query(
                "SELECT channel, address, notification_type, reason, source, since FROM suppressions
                 WHERE user_id = $1 AND tenant = $2 LIMIT $3",
            )
            .bind(user.as_str())
            .bind(tenant.as_str())
            .bind(i64::from(limit))
            .fetch_all(connection)
            .await?;
            suppressions::read_all(&rows, pool.keys(), tenant)
        });
        Ok(found?)
    }

    async fn user_topics(
        &self,
        tenant: &TenantId,
        user: &UserId,
        after: Option<&TopicKey>,
        limit: u32,
    ) -> Result<Vec<TopicKey>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            topics(connection, tenant, user, after, limit).await
        });
        Ok(found?)
    }
}

async fn records(
    connection: &mut PgConnection,
    keys: &KeyRing,
    tenant: &TenantId,
    user: &UserId,
    after: Option<NotificationId>,
    limit: u32,
) -> Result<Vec<UserRecord>, Fault> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        marks_columns!(),
        ", n.cancelled_at, n.deleted_at, ",
        notification_columns!(),
        " FROM notifications n
         WHERE n.tenant = $1 AND n.user_id = $2 AND n.id > $3 ORDER BY n.id LIMIT $4"
    ))
    .bind(tenant.as_str())
    .bind(user.as_str())
    .bind(after.map_or(Uuid::nil(), |after| after.0))
    .bind(i64::from(limit))
    .fetch_all(&mut *connection)
    .await?;
    let mut records = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut reader = Reader::new(row, "notifications").opening(keys);
        let (marks, cancelled_at) = (reader.marks()?, reader.next("cancelled_at")?);
        let deleted_at = reader.next("deleted_at")?;
        let notification = reader.notification()?;
        let deliveries = deliveries(connection, keys, tenant, notification.id).await?;
        let record = TimelineRecord {
            notification,
            marks,
            cancelled_at,
            deliveries,
        };
        records.push(UserRecord { record, deleted_at });
    }
    Ok(records)
}

async fn topics(
    connection: &mut PgConnection,
    tenant: &TenantId,
    user: &UserId,
    after: Option<&TopicKey>,
    limit: u32,
) -> Result<Vec<TopicKey>, Fault> {
    let rows = sqlx::query(
        "SELECT topic FROM topic_subscribers
         WHERE tenant = $1 AND user_id = $2 AND topic > $3 ORDER BY topic LIMIT $4",
    )
    .bind(tenant.as_str())
    .bind(user.as_str())
    .bind(after.map_or("", TopicKey::as_str))
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    let topic = |row| Reader::new(row, "topic_subscribers").parse("topic", TopicKey::parse);
    rows.iter().map(topic).collect()
}
