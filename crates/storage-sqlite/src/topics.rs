//! Topics and their subscribers.

use async_trait::async_trait;
use campanile_domain::{TenantId, TopicKey, UserId, UserMerge};
use campanile_storage::{StorageError, Topic, Topics};
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::SqliteStorage;
use crate::error::{storage_error, undecodable};
use crate::rows::{get, micros, moment};

/// Users in one statement, far below SQLite's 32,766 parameters.
const USERS_PER_STATEMENT: usize = 1_000;

#[async_trait]
impl Topics for SqliteStorage {
    async fn subscribe(
        &self,
        tenant: &TenantId,
        topic: &TopicKey,
        users: &[UserId],
        now: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        let (tenant, topic, users) = (tenant.clone(), topic.clone(), users.to_vec());
        self.writer
            .write(move |connection| {
                Box::pin(async move { subscribe(connection, &tenant, &topic, &users, now).await })
            })
            .await
    }

    async fn unsubscribe(
        &self,
        tenant: &TenantId,
        topic: &TopicKey,
        users: &[UserId],
        now: DateTime<Utc>,
    ) -> Result<Option<u64>, StorageError> {
        let (tenant, topic, users) = (tenant.clone(), topic.clone(), users.to_vec());
        self.writer
            .write(move |connection| {
                Box::pin(async move { unsubscribe(connection, &tenant, &topic, &users, now).await })
            })
            .await
    }

    async fn topic(
        &self,
        tenant: &TenantId,
        topic: &TopicKey,
    ) -> Result<Option<Topic>, StorageError> {
        let row = sqlx::query(
            "SELECT topic, subscribers, created_at, updated_at FROM topics \
             WHERE tenant = ? AND topic = ?",
        )
        .bind(tenant.as_str())
        .bind(topic.as_str())
        .fetch_optional(&self.readers)
        .await
        .map_err(storage_error)?;
        let read = |row: &SqliteRow| {
            Ok(Topic {
                key: TopicKey::parse(get(row, "topic")?)
                    .map_err(|error| undecodable("topics", "topic", error))?,
                subscribers: u64::try_from(get::<i64>(row, "subscribers")?).unwrap_or(0),
                created_at: moment(get(row, "created_at")?)?,
                updated_at: moment(get(row, "updated_at")?)?,
            })
        };
        row.as_ref().map(read).transpose()
    }

    async fn subscribers(
        &self,
        tenant: &TenantId,
        topic: &TopicKey,
        after: Option<&UserId>,
        limit: u32,
    ) -> Result<Vec<UserId>, StorageError> {
        let rows = sqlx::query(
            "SELECT user_id FROM topic_subscribers \
             WHERE tenant = ? AND topic = ? AND user_id > ? ORDER BY user_id LIMIT ?",
        )
        .bind(tenant.as_str())
        .bind(topic.as_str())
        .bind(after.map_or("", UserId::as_str))
        .bind(limit)
        .fetch_all(&self.readers)
        .await
        .map_err(storage_error)?;
        rows.iter().map(subscriber).collect()
    }
}

/// The user of a row of `topic_subscribers`.
pub(crate) fn subscriber(row: &SqliteRow) -> Result<UserId, StorageError> {
    UserId::parse(get(row, "user_id")?)
        .map_err(|error| undecodable("topic_subscribers", "user_id", error))
}

async fn subscribe(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    topic: &TopicKey,
    users: &[UserId],
    now: DateTime<Utc>,
) -> Result<u64, StorageError> {
    let revision: i64 = sqlx::query_scalar(
        "INSERT INTO topics (tenant, topic, subscribers, revision, created_at, updated_at) \
         VALUES (?1, ?2, 0, 1, ?3, ?3) \
         ON CONFLICT (tenant, topic) DO UPDATE SET revision = revision + 1, updated_at = ?3 \
         RETURNING revision",
    )
    .bind(tenant.as_str())
    .bind(topic.as_str())
    .bind(micros(now))
    .fetch_one(&mut *connection)
    .await
    .map_err(storage_error)?;
    let mut added = 0;
    for users in users.chunks(USERS_PER_STATEMENT) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO topic_subscribers (tenant, topic, user_id, revision, created_at) ",
        );
        query.push_values(users, |mut row, user| {
            row.push_bind(tenant.as_str())
                .push_bind(topic.as_str())
                .push_bind(user.as_str())
                .push_bind(revision)
                .push_bind(micros(now));
        });
        query.push(" ON CONFLICT DO NOTHING");
        let done = query.build().execute(&mut *connection).await;
        added += done.map_err(storage_error)?.rows_affected();
    }
    changed(connection, tenant, topic, signed(added)).await
}

async fn unsubscribe(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    topic: &TopicKey,
    users: &[UserId],
    now: DateTime<Utc>,
) -> Result<Option<u64>, StorageError> {
    let known = sqlx::query(
        "UPDATE topics SET revision = revision + 1, updated_at = ? WHERE tenant = ? AND topic = ?",
    )
    .bind(micros(now))
    .bind(tenant.as_str())
    .bind(topic.as_str())
    .execute(&mut *connection)
    .await
    .map_err(storage_error)?;
    if known.rows_affected() == 0 {
        return Ok(None);
    }
    let mut removed = 0;
    for users in users.chunks(USERS_PER_STATEMENT) {
        let mut query =
            QueryBuilder::<Sqlite>::new("DELETE FROM topic_subscribers WHERE tenant = ");
        query.push_bind(tenant.as_str());
        query.push(" AND topic = ").push_bind(topic.as_str());
        query.push(" AND user_id IN (");
        let mut list = query.separated(", ");
        for user in users {
            list.push_bind(user.as_str());
        }
        list.push_unseparated(")");
        let done = query.build().execute(&mut *connection).await;
        removed += done.map_err(storage_error)?.rows_affected();
    }
    changed(connection, tenant, topic, -signed(removed))
        .await
        .map(Some)
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Keeps the number of subscribers; gives it.
async fn changed(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    topic: &TopicKey,
    by: i64,
) -> Result<u64, StorageError> {
    let now: i64 = sqlx::query_scalar(
        "UPDATE topics SET subscribers = subscribers + ? WHERE tenant = ? AND topic = ? \
         RETURNING subscribers",
    )
    .bind(by)
    .bind(tenant.as_str())
    .bind(topic.as_str())
    .fetch_one(connection)
    .await
    .map_err(storage_error)?;
    Ok(u64::try_from(now).unwrap_or(0))
}

/// Unsubscribes a person from everything; says how many topics that were.
pub(crate) async fn forget(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    user: &UserId,
) -> Result<u64, StorageError> {
    let mut topics = 0;
    for sql in [
        "UPDATE topics SET subscribers = subscribers - 1, revision = revision + 1 \
         WHERE tenant = ?1 AND topic IN \
         (SELECT topic FROM topic_subscribers WHERE tenant = ?1 AND user_id = ?2)",
        "DELETE FROM topic_subscribers WHERE tenant = ?1 AND user_id = ?2",
    ] {
        let done = sqlx::query(sql)
            .bind(tenant.as_str())
            .bind(user.as_str())
            .execute(&mut *connection)
            .await;
        topics = done.map_err(storage_error)?.rows_affected();
    }
    Ok(topics)
}

/// Subscribes the kept user of a merge to the other one's topics, as of the same revision, so that a fan-out that has not
/// come to them does; says to how many they were not subscribed.
pub(crate) async fn share(
    connection: &mut SqliteConnection,
    merge: &UserMerge,
) -> Result<u64, StorageError> {
    let mut added = 0;
    for sql in [
        "UPDATE topic_subscribers AS k SET revision = o.revision FROM topic_subscribers o \
         WHERE o.tenant = ?1 AND o.user_id = ?2 AND k.tenant = ?1 AND k.topic = o.topic \
         AND k.user_id = ?3 AND k.revision > o.revision",
        "UPDATE topics SET subscribers = subscribers + 1, revision = revision + 1 \
         WHERE tenant = ?1 AND topic IN (SELECT topic FROM topic_subscribers WHERE tenant = ?1 AND user_id = ?2) \
         AND topic NOT IN (SELECT topic FROM topic_subscribers WHERE tenant = ?1 AND user_id = ?3)",
        "INSERT INTO topic_subscribers (tenant, topic, user_id, revision, created_at) \
         SELECT tenant, topic, ?3, revision, created_at FROM topic_subscribers \
         WHERE tenant = ?1 AND user_id = ?2 ON CONFLICT DO NOTHING",
    ] {
        let done = sqlx::query(sql)
            .bind(merge.tenant.as_str())
            .bind(merge.from.as_str())
            .bind(merge.into.as_str())
            .execute(&mut *connection)
            .await;
        added = done.map_err(storage_error)?.rows_affected();
    }
    Ok(added)
}
