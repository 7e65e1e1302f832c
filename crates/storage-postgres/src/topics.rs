//! Topics and their subscribers.

use async_trait::async_trait;
use campanile_domain::{TenantId, TopicKey, UserId, UserMerge};
use campanile_storage::{StorageError, Topic, Topics};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Row};

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, count, transact};
use crate::error::Fault;
use crate::rows::Reader;

#[async_trait]
impl Topics for PostgresStorage {
    async fn subscribe(
        &self,
        tenant: &TenantId,
        topic: &TopicKey,
        users: &[UserId],
        now: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        let pool = &self.pools.app;
        let users = names(users);
        let done = transact!(pool, Kind::Write, &Scope::one(tenant), |connection| {
            // The topic first: a call that changes it or starts a fan-out waits here.
            let revision: i64 = sqlx::query_scalar(
                "INSERT INTO topics AS t (tenant, topic, subscribers, revision, created_at, updated_at)
                 VALUES ($1, $2, 0, 1, $3, $3)
                 ON CONFLICT (tenant, topic) DO UPDATE SET revision = t.revision + 1, updated_at = $3
                 RETURNING revision",
            )
            .bind(tenant.as_str())
            .bind(topic.as_str())
            .bind(now)
            .fetch_one(&mut *connection)
            .await?;
            let added = sqlx::query(
                "INSERT INTO topic_subscribers (tenant, topic, user_id, revision, created_at)
                 SELECT $1, $2, x.user_id, $4, $5 FROM UNNEST($3::text[]) AS x (user_id)
                 ON CONFLICT DO NOTHING",
            )
            .bind(tenant.as_str())
            .bind(topic.as_str())
            .bind(&users)
            .bind(revision)
            .bind(now)
            .execute(&mut *connection)
            .await?
            .rows_affected();
            changed(connection, tenant, topic, signed(added)).await
        });
        Ok(done?)
    }

    async fn unsubscribe(
        &self,
        tenant: &TenantId,
        topic: &TopicKey,
        users: &[UserId],
        now: DateTime<Utc>,
    ) -> Result<Option<u64>, StorageError> {
        let pool = &self.pools.app;
        let users = names(users);
        let done = transact!(pool, Kind::Write, &Scope::one(tenant), |connection| {
            let known = sqlx::query(
                "UPDATE topics SET revision = revision + 1, updated_at = $3
                 WHERE tenant = $1 AND topic = $2",
            )
            .bind(tenant.as_str())
            .bind(topic.as_str())
            .bind(now)
            .execute(&mut *connection)
            .await?;
            if known.rows_affected() == 0 {
                return Ok(None);
            }
            let removed = sqlx::query(
                "DELETE FROM topic_subscribers
                 WHERE tenant = $1 AND topic = $2 AND user_id = ANY ($3)",
            )
            .bind(tenant.as_str())
            .bind(topic.as_str())
            .bind(&users)
            .execute(&mut *connection)
            .await?
            .rows_affected();
            changed(connection, tenant, topic, -signed(removed))
                .await
                .map(Some)
        });
        Ok(done?)
    }

    async fn topic(
        &self,
        tenant: &TenantId,
        topic: &TopicKey,
    ) -> Result<Option<Topic>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            let row = sqlx::query(
                "SELECT topic, subscribers, created_at, updated_at FROM topics
                 WHERE tenant = $1 AND topic = $2",
            )
            .bind(tenant.as_str())
            .bind(topic.as_str())
            .fetch_optional(connection)
            .await?;
            let Some(row) = row else { return Ok(None) };
            let mut reader = Reader::new(&row, "topics");
            Ok(Some(Topic {
                key: reader.parse("topic", TopicKey::parse)?,
                subscribers: count(reader.next("subscribers")?),
                created_at: reader.next("created_at")?,
                updated_at: reader.next("updated_at")?,
            }))
        });
        Ok(found?)
    }

    async fn subscribers(
        &self,
        tenant: &TenantId,
        topic: &TopicKey,
        after: Option<&UserId>,
        limit: u32,
    ) -> Result<Vec<UserId>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            let rows = sqlx::query(
                "SELECT user_id FROM topic_subscribers
                 WHERE tenant = $1 AND topic = $2 AND user_id > $3 ORDER BY user_id LIMIT $4",
            )
            .bind(tenant.as_str())
            .bind(topic.as_str())
            .bind(after.map_or("", UserId::as_str))
            .bind(i64::from(limit))
            .fetch_all(connection)
            .await?;
            let user = |row| Reader::new(row, "topic_subscribers").parse("user_id", UserId::parse);
            rows.iter().map(user).collect()
        });
        Ok(found?)
    }
}

fn names(users: &[UserId]) -> Vec<&str> {
    users.iter().map(UserId::as_str).collect()
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Keeps the number of subscribers; gives it.
async fn changed(
    connection: &mut PgConnection,
    tenant: &TenantId,
    topic: &TopicKey,
    by: i64,
) -> Result<u64, Fault> {
    let row = sqlx::query(
        "UPDATE topics SET subscribers = subscribers + $3 WHERE tenant = $1 AND topic = $2
         RETURNING subscribers",
    )
    .bind(tenant.as_str())
    .bind(topic.as_str())
    .bind(by)
    .fetch_one(connection)
    .await?;
    Ok(count(row.try_get(0)?))
}

/// Unsubscribes a person from everything; says how many topics that were. The topics are locked first
/// and in order, as by everybody else.
pub(crate) async fn forget(
    connection: &mut PgConnection,
    tenant: &TenantId,
    user: &UserId,
) -> Result<u64, Fault> {
    sqlx::query(
        "SELECT FROM topics t WHERE t.tenant = $1 AND t.topic IN (
             SELECT s.topic FROM topic_subscribers s WHERE s.tenant = $1 AND s.user_id = $2)
         ORDER BY t.topic FOR NO KEY UPDATE",
    )
    .bind(tenant.as_str())
    .bind(user.as_str())
    .execute(&mut *connection)
    .await?;
    let done = sqlx::query(
        "WITH gone AS (
             DELETE FROM topic_subscribers WHERE tenant = $1 AND user_id = $2 RETURNING topic
         )
         UPDATE topics t SET subscribers = t.subscribers - 1, revision = t.revision + 1
         FROM gone WHERE t.tenant = $1 AND t.topic = gone.topic",
    )
    .bind(tenant.as_str())
    .bind(user.as_str())
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Subscribes the kept user of a merge to the other one's topics, as of the same revision, so that a fan-out that has not
/// come to them does; says to how many they were not subscribed. Topics are locked as in [`forget`].
pub(crate) async fn share(connection: &mut PgConnection, merge: &UserMerge) -> Result<u64, Fault> {
    let (tenant, from, into) = (&merge.tenant, &merge.from, &merge.into);
    sqlx::query(
        "SELECT FROM topics t WHERE t.tenant = $1 AND t.topic IN (
             SELECT s.topic FROM topic_subscribers s WHERE s.tenant = $1 AND s.user_id = $2)
         ORDER BY t.topic FOR NO KEY UPDATE",
    )
    .bind(tenant.as_str())
    .bind(from.as_str())
    .execute(&mut *connection)
    .await?;
    sqlx::query(
        "UPDATE topic_subscribers k SET revision = o.revision FROM topic_subscribers o
         WHERE o.tenant = $1 AND o.user_id = $2 AND k.tenant = $1 AND k.topic = o.topic AND k.user_id = $3
             AND k.revision > o.revision",
    )
    .bind(tenant.as_str())
    .bind(from.as_str())
    .bind(into.as_str())
    .execute(&mut *connection)
    .await?;
    let done = sqlx::query(
        "WITH added AS (
             INSERT INTO topic_subscribers (tenant, topic, user_id, revision, created_at)
             SELECT o.tenant, o.topic, $3, o.revision, o.created_at FROM topic_subscribers o
             WHERE o.tenant = $1 AND o.user_id = $2
             ON CONFLICT DO NOTHING RETURNING topic
         )
         UPDATE topics t SET subscribers = t.subscribers + 1, revision = t.revision + 1
         FROM added WHERE t.tenant = $1 AND t.topic = added.topic",
    )
    .bind(tenant.as_str())
    .bind(from.as_str())
    .bind(into.as_str())
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}
