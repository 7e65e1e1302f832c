//! What a step reads and writes.

use campanile_domain::{NotificationId, TopicKey, UserId};
use campanile_storage::{FanoutInHand, FanoutRequest, StorageError};
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::error::{storage_error, undecodable};
use crate::rows::{get, get_moment, micros};
use crate::topics::subscriber;

pub(super) async fn request(
    connection: &mut SqliteConnection,
    fanout: &FanoutInHand,
) -> Result<FanoutRequest, StorageError> {
    let row = sqlx::query(
        "SELECT topic, as_of, in_inbox, expires_at, octet_length(content) \
         + coalesce(octet_length(title), 0) + coalesce(octet_length(body), 0) AS bytes \
         FROM fanouts WHERE tenant = ? AND id = ?",
    )
    .bind(fanout.tenant.as_str())
    .bind(fanout.id.0)
    .fetch_one(connection)
    .await
    .map_err(storage_error)?;
    Ok(FanoutRequest {
        topic: TopicKey::parse(get(&row, "topic")?)
            .map_err(|error| undecodable("fanouts", "topic", error))?,
        as_of: get(&row, "as_of")?,
        in_inbox: get(&row, "in_inbox")?,
        expires_at: get_moment(&row, "expires_at")?,
        text_bytes: u64::try_from(get::<i64>(&row, "bytes")?).unwrap_or(0),
    })
}

pub(super) async fn subscribers(
    connection: &mut SqliteConnection,
    fanout: &FanoutInHand,
    request: &FanoutRequest,
    limit: u32,
) -> Result<Vec<(UserId, bool)>, StorageError> {
    let rows = sqlx::query(
        "SELECT user_id, revision <= ? AS was_subscribed FROM topic_subscribers \
         WHERE tenant = ? AND topic = ? AND user_id > ? ORDER BY user_id LIMIT ?",
    )
    .bind(request.as_of)
    .bind(fanout.tenant.as_str())
    .bind(request.topic.as_str())
    .bind(fanout.cursor.as_deref().unwrap_or_default())
    .bind(limit)
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    let read = |row| Ok((subscriber(row)?, get(row, "was_subscribed")?));
    rows.iter().map(read).collect()
}

/// The texts never leave the database.
pub(super) async fn notifications(
    connection: &mut SqliteConnection,
    fanout: &FanoutInHand,
    ids: &[NotificationId],
    users: &[UserId],
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let mut query = QueryBuilder::<Sqlite>::new("WITH x (id, user_id) AS (");
    query.push_values(ids.iter().zip(users), |mut row, (id, user)| {
        row.push_bind(id.0).push_bind(user.as_str());
    });
    query.push(
        ") INSERT INTO notifications (tenant, id, user_id, notification_type, priority, title, body, \
         content, channels, in_inbox, expires_at, collapse_key, correlation_id, created_at, \
         updated_at) \
         SELECT f.tenant, x.id, x.user_id, f.notification_type, f.priority, f.title, f.body, \
         f.content, f.channels, f.in_inbox, f.expires_at, f.collapse_key, f.correlation_id, ",
    );
    query.push_bind(micros(now)).push(", ");
    query.push_bind(micros(now));
    query.push(" FROM fanouts f CROSS JOIN x WHERE f.tenant = ");
    query.push_bind(fanout.tenant.as_str());
    query.push(" AND f.id = ").push_bind(fanout.id.0);
    let done = query.build().execute(&mut *connection).await;
    done.map(drop).map_err(storage_error)
}

pub(super) async fn advance(
    connection: &mut SqliteConnection,
    fanout: &FanoutInHand,
    cursor: &UserId,
    expanded: u64,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sqlx::query(
        "UPDATE fanout_work SET cursor = ?3, expanded = ?4, failures = 0, updated_at = ?5 \
         WHERE tenant = ?1 AND id = ?2",
    )
    .bind(fanout.tenant.as_str())
    .bind(fanout.id.0)
    .bind(cursor.as_str())
    .bind(i64::try_from(expanded).unwrap_or(i64::MAX))
    .bind(micros(now))
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}
