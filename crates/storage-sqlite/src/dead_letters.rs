//! Deliveries that died.

use async_trait::async_trait;
use campanile_domain::{Channel, DeliveryId, NotificationId, TenantId, UserId};
use campanile_storage::{
    BuriedMessage, DeadLetter, DeadLetterCursor, DeadLetterFilter, DeadLetterPage, DeadLetters,
    FinishedDelivery, StorageError, UNREADABLE_MESSAGE,
};
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use uuid::Uuid;

use crate::SqliteStorage;
use crate::error::{storage_error, undecodable};
use crate::rows::{channel, get, micros, moment};

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

    async fn replay_dead_letters(
        &self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<u64, StorageError> {
        let (tenant, filter) = (tenant.clone(), filter.clone());
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    let mut query = taking(&tenant, &filter, REPLAYABLE, limit);
                    let query = query.push(" RETURNING id, notification_id, channel, lane");
                    let taken = query.build().fetch_all(&mut *connection).await;
                    let taken = taken.map_err(storage_error)?;
                    for row in &taken {
                        revive(connection, &tenant, row, now).await?;
                    }
                    Ok(taken.len() as u64)
                })
            })
            .await
    }

    async fn purge_dead_letters(
        &self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        limit: u32,
    ) -> Result<u64, StorageError> {
        let (tenant, filter) = (tenant.clone(), filter.clone());
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    let mut query = taking(&tenant, &filter, "", limit);
                    let done = query.build().execute(connection).await;
                    done.map(|done| done.rows_affected()).map_err(storage_error)
                })
            })
            .await
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
                        buried += bury_message(connection, message).await?;
                    }
                    Ok(buried)
                })
            })
            .await
    }
}

fn matching(query: &mut QueryBuilder<Sqlite>, tenant: &TenantId, filter: &DeadLetterFilter) {
    query.push_bind(tenant.as_str().to_owned());
    if let Some(ids) = &filter.ids {
        query.push(" AND id IN (");
        let mut list = query.separated(", ");
        for id in ids {
            list.push_bind(id.0);
        }
        query.push(")");
    }
    if let Some(channel) = filter.channel {
        query.push(" AND channel = ").push_bind(channel.name());
    }
    if let Some(code) = &filter.code {
        query.push(" AND code = ").push_bind(code.clone());
    }
    if let Some(from) = filter.from {
        query.push(" AND died_at >= ").push_bind(micros(from));
    }
    if let Some(to) = filter.to {
        query.push(" AND died_at < ").push_bind(micros(to));
    }
}

/// What can be delivered again: a message that nobody could read names nothing to deliver.
const REPLAYABLE: &str = " AND notification_id IS NOT NULL";

/// Removes the oldest that match; `also` narrows the choice further.
fn taking(
    tenant: &TenantId,
    filter: &DeadLetterFilter,
    also: &'static str,
    limit: u32,
) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("DELETE FROM dead_letters WHERE tenant = ");
    query
        .push_bind(tenant.as_str().to_owned())
        .push(" AND id IN (SELECT id FROM dead_letters WHERE tenant = ");
    matching(&mut query, tenant, filter);
    query
        .push(also)
        .push(" ORDER BY died_at, id LIMIT ")
        .push_bind(limit)
        .push(")");
    query
}

/// Puts a message on the list; says whether it was not there.
async fn bury_message(
    connection: &mut SqliteConnection,
    message: &BuriedMessage,
) -> Result<u64, StorageError> {
    sqlx::query(
        "INSERT INTO dead_letters (tenant, id, channel, lane, code, detail, attempts, died_at) \
         VALUES (?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT (tenant, id) DO NOTHING",
    )
    .bind(message.tenant.as_str())
    .bind(message.id.0)
    .bind(message.channel.map(Channel::name))
    .bind(message.lane.rank())
    .bind(UNREADABLE_MESSAGE)
    .bind(&message.detail)
    .bind(micros(message.died_at))
    .execute(connection)
    .await
    .map(|done| done.rows_affected())
    .map_err(storage_error)
}

/// Due now, with the whole ladder before it.
async fn revive(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    row: &SqliteRow,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let (id, notification): (Uuid, Uuid) = (get(row, "id")?, get(row, "notification_id")?);
    let revived = sqlx::query(
        "UPDATE deliveries SET state = 'retrying', reason = NULL, next_attempt_at = ?4, \
         updated_at = ?4, unfinished_starts = 0, ladder_from = json_array_length(attempts) \
         WHERE tenant = ?1 AND notification_id = ?2 AND id = ?3 AND state = 'dead'",
    )
    .bind(tenant.as_str())
    .bind(notification)
    .bind(id)
    .bind(micros(now))
    .execute(&mut *connection)
    .await
    .map_err(storage_error)?;
    if revived.rows_affected() == 0 {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO schedule (tenant, key, kind, notification_id, channel, lane, due_at) \
         VALUES (?, ?, 'retry', ?, ?, ?, ?) \
         ON CONFLICT (tenant, key) DO UPDATE SET due_at = excluded.due_at",
    )
    .bind(tenant.as_str())
    .bind(id)
    .bind(notification)
    .bind(get::<&str>(row, "channel")?)
    .bind(get::<i16>(row, "lane")?)
    .bind(micros(now))
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}

/// Notes a delivery that has just died.
pub(crate) async fn bury(
    connection: &mut SqliteConnection,
    result: &FinishedDelivery,
) -> Result<(), StorageError> {
    let (code, detail) = result.epitaph();
    sqlx::query(
        "INSERT INTO dead_letters (tenant, id, notification_id, user_id, channel, lane, code, \
         detail, attempts, died_at) \
         SELECT d.tenant, d.id, d.notification_id, n.user_id, d.channel, ?4, ?5, ?6, \
         json_array_length(d.attempts), ?7 \
         FROM deliveries d JOIN notifications n ON n.tenant = d.tenant AND n.id = d.notification_id \
         WHERE d.tenant = ?1 AND d.notification_id = ?2 AND d.id = ?3 \
         ON CONFLICT (tenant, id) DO NOTHING",
    )
    .bind(result.tenant.as_str())
    .bind(result.notification_id.0)
    .bind(result.delivery_id.0)
    .bind(result.lane.rank())
    .bind(code)
    .bind(detail)
    .bind(micros(Utc::now()))
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
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
