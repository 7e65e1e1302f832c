//! Deliveries that died.

mod bury;
mod choose;
mod revive;

use async_trait::async_trait;
use campanile_domain::{DeliveryId, NotificationId, TenantId, UserId};
use campanile_storage::{
    BuriedMessage, DeadLetter, DeadLetterCursor, DeadLetterFilter, DeadLetterPage, DeadLetterRows,
    DeadLetterTaken, DeadLetters, StorageError,
};
use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use crate::SqliteStorage;
use crate::error::{storage_error, undecodable};
use crate::rows::{channel, get, micros, moment};
use crate::transaction::SqliteTransaction;
pub(crate) use bury::bury;
use choose::{matching, taking};

#[async_trait]
impl DeadLetters for SqliteStorage {
    async fn dead_letters(
        &self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        after: Option<DeadLetterCursor>,
        limit: u32,
    ) -> Result<DeadLetterPage, StorageError> {
        let mut count = QueryBuilder::new("SELECT count(*) FROM dead_letters WHERE tenant = ");
        matching(&mut count, tenant, filter);
        let total: i64 = count
            .build_query_scalar()
            .fetch_one(&self.readers)
            .await
            .map_err(storage_error)?;
        let mut page = QueryBuilder::new(
            "SELECT id, notification_id, user_id, channel, code, detail, attempts, died_at \
             FROM dead_letters WHERE tenant = ",
        );
        matching(&mut page, tenant, filter);
        if let Some((died_at, id)) = after {
            page.push(" AND (died_at, id) < (")
                .push_bind(micros(died_at))
                .push(", ")
                .push_bind(id.0)
                .push(")");
        }
        page.push(" ORDER BY died_at DESC, id DESC LIMIT ")
            .push_bind(i64::from(limit) + 1);
        let rows = page
            .build()
            .fetch_all(&self.readers)
            .await
            .map_err(storage_error)?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(DeadLetterPage {
            items: rows
                .iter()
                .take(limit)
                .map(read)
                .collect::<Result<_, _>>()?,
            total: u64::try_from(total).unwrap_or(0),
            has_more: rows.len() > limit,
        })
    }

    async fn bury_messages(&self, messages: &[BuriedMessage]) -> Result<u64, StorageError> {
        if messages.is_empty() {
            return Ok(0);
        }
        let messages = messages.to_vec();
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    let mut buried = 0;
                    for message in &messages {
                        buried += bury::bury_message(connection, message).await?;
                    }
                    Ok(buried)
                })
            })
            .await
    }
}

#[async_trait]
impl DeadLetterRows for SqliteTransaction<'_> {
    async fn take_dead_letters(
        &mut self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        limit: u32,
    ) -> Result<Vec<DeadLetterTaken>, StorageError> {
        revive::take(self.connection, tenant, filter, limit).await
    }

    async fn revive_deliveries(
        &mut self,
        tenant: &TenantId,
        taken: &[DeadLetterTaken],
        due_at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        for one in taken {
            revive::revive(self.connection, tenant, one, due_at).await?;
        }
        Ok(())
    }

    async fn purge_dead_letters(
        &mut self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        limit: u32,
    ) -> Result<u64, StorageError> {
        let mut query = taking(tenant, filter, "", limit);
        let done = query.build().execute(&mut *self.connection).await;
        done.map(|done| done.rows_affected()).map_err(storage_error)
    }
}

fn read(row: &SqliteRow) -> Result<DeadLetter, StorageError> {
    Ok(DeadLetter {
        id: DeliveryId(get(row, "id")?),
        notification_id: get::<Option<Uuid>>(row, "notification_id")?.map(NotificationId),
        user_id: get::<Option<&str>>(row, "user_id")?
            .map(UserId::parse)
            .transpose()
            .map_err(|e| undecodable("dead_letters", "user_id", e))?,
        channel: get::<Option<&str>>(row, "channel")?
            .map(channel)
            .transpose()?,
        code: get(row, "code")?,
        detail: get(row, "detail")?,
        attempts: get(row, "attempts")?,
        died_at: moment(get(row, "died_at")?)?,
    })
}
