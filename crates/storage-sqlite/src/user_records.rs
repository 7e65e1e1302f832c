//! Everything that is stored about one user, for an export.

use async_trait::async_trait;
use campanile_domain::{Notification, NotificationId, Suppression, TenantId, TopicKey, UserId};
use campanile_storage::{StorageError, TimelineRecord, UserRecord, UserRecords};
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::SqliteStorage;
use crate::error::{storage_error, undecodable};
use crate::rows::{get, get_moment, marks, marks_columns, notification, notification_columns};
use crate::suppressions;
use crate::timeline::deliveries;

#[async_trait]
impl UserRecords for SqliteStorage {
    async fn user_records(
        &self,
        tenant: &TenantId,
        user: &UserId,
        after: Option<NotificationId>,
        limit: u32,
    ) -> Result<Vec<UserRecord>, StorageError> {
        let opening = self.opening(tenant).await?;
        let rows = sqlx::query(concat!(
            "SELECT ",
            marks_columns!(),
            ", n.cancelled_at, n.deleted_at, ",
            notification_columns!(),
            " FROM notifications n WHERE n.tenant = ? AND n.user_id = ? AND n.id > ? ORDER BY n.id LIMIT ?"
        ))
        .bind(tenant.as_str())
        .bind(user.as_str())
        .bind(after.map_or(Uuid::nil(), |after| after.0))
        .bind(limit)
        .fetch_all(&self.readers)
        .await
        .map_err(storage_error)?;
        let mut records = Vec::with_capacity(rows.len());
        for row in &rows {
            let notification = notification(row, &opening)?;
            let deliveries = deliveries(&self.readers, &opening, tenant, notification.id).await?;
            let record = TimelineRecord {
                notification,
                marks: marks(row)?,
                cancelled_at: get_moment(row, "cancelled_at")?,
                deliveries,
            };
            let deleted_at = get_moment(row, "deleted_at")?;
            records.push(UserRecord { record, deleted_at });
        }
        Ok(records)
    }

    async fn outside_inbox(
        &self,
        tenant: &TenantId,
        user: &UserId,
        among: u32,
    ) -> Result<Vec<Notification>, StorageError> {
        let opening = self.opening(tenant).await?;
        let rows = sqlx::query(concat!(
            "SELECT ",
            notification_columns!(),
            " FROM (SELECT * FROM notifications WHERE tenant = ? AND user_id = ? ORDER BY id DESC LIMIT ?) n \
             WHERE NOT n.in_inbox AND n.deleted_at IS NULL AND n.cancelled_at IS NULL ORDER BY n.id DESC"
        ))
        .bind(tenant.as_str())
        .bind(user.as_str())
        .bind(among)
        .fetch_all(&self.readers)
        .await
        .map_err(storage_error)?;
        rows.iter().map(|row| notification(row, &opening)).collect()
    }

    async fn user_suppressions(
        &self,
        tenant: &TenantId,
        user: &UserId,
        limit: u32,
    ) -> Result<Vec<Suppression>, StorageError> {
        let opening = self.opening(tenant).await?;
        let rows = sqlx::query(
            "SELECT channel, address, notification_type, reason, source, since FROM suppressions \
             WHERE user_id = ? AND tenant = ? LIMIT ?",
        )
        .bind(user.as_str())
        .bind(tenant.as_str())
        .bind(limit)
        .fetch_all(&self.readers)
        .await
        .map_err(storage_error)?;
        suppressions::read_all(&rows, &opening)
    }

    async fn user_topics(
        &self,
        tenant: &TenantId,
        user: &UserId,
        after: Option<&TopicKey>,
        limit: u32,
    ) -> Result<Vec<TopicKey>, StorageError> {
        let rows = sqlx::query(
            "SELECT topic FROM topic_subscribers \
             WHERE tenant = ? AND user_id = ? AND topic > ? ORDER BY topic LIMIT ?",
        )
        .bind(tenant.as_str())
        .bind(user.as_str())
        .bind(after.map_or("", TopicKey::as_str))
        .bind(limit)
        .fetch_all(&self.readers)
        .await
        .map_err(storage_error)?;
        let topic = |row: &SqliteRow| {
            TopicKey::parse(get(row, "topic")?)
                .map_err(|error| undecodable("topic_subscribers", "topic", error))
        };
        rows.iter().map(topic).collect()
    }
}
