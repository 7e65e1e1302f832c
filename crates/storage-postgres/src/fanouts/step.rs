//! What a step reads and writes.

use campanile_domain::{NotificationId, TopicKey, UserId};
use campanile_storage::{FanoutInHand, FanoutRequest};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::connection::count;
use crate::error::Fault;
use crate::rows::Reader;

/// The texts never leave the database.
const INSERT: &str = "
    INSERT INTO notifications (tenant, id, user_id, notification_type, priority, title, body,
        content, channels, in_inbox, expires_at, collapse_key, correlation_id, created_at, updated_at)
    SELECT f.tenant, x.id, x.user_id, f.notification_type, f.priority, f.title, f.body,
        f.content, f.channels, f.in_inbox, f.expires_at, f.collapse_key, f.correlation_id, $5, $5
    FROM fanouts f CROSS JOIN UNNEST($3::uuid[], $4::text[]) AS x (id, user_id)
    WHERE f.tenant = $1 AND f.id = $2";

pub(super) async fn request(
    connection: &mut PgConnection,
    fanout: &FanoutInHand,
) -> Result<FanoutRequest, Fault> {
    let row = sqlx::query(
        "SELECT topic, as_of, in_inbox, expires_at, octet_length(content::text)::bigint
             + coalesce(octet_length(title), 0) + coalesce(octet_length(body), 0)
         FROM fanouts WHERE tenant = $1 AND id = $2",
    )
    .bind(fanout.tenant.as_str())
    .bind(fanout.id.0)
    .fetch_one(connection)
    .await?;
    let mut reader = Reader::new(&row, "fanouts");
    Ok(FanoutRequest {
        topic: reader.parse("topic", TopicKey::parse)?,
        as_of: reader.next("as_of")?,
        in_inbox: reader.next("in_inbox")?,
        expires_at: reader.next("expires_at")?,
        text_bytes: count(reader.next("bytes")?),
    })
}

pub(super) async fn subscribers(
    connection: &mut PgConnection,
    fanout: &FanoutInHand,
    request: &FanoutRequest,
    limit: u32,
) -> Result<Vec<(UserId, bool)>, Fault> {
    let rows = sqlx::query(
        "SELECT user_id, revision <= $4 FROM topic_subscribers
         WHERE tenant = $1 AND topic = $2 AND user_id > $3 ORDER BY user_id LIMIT $5",
    )
    .bind(fanout.tenant.as_str())
    .bind(request.topic.as_str())
    .bind(fanout.cursor.as_deref().unwrap_or_default())
    .bind(request.as_of)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "topic_subscribers");
        let user = reader.parse("user_id", UserId::parse)?;
        Ok((user, reader.next("revision")?))
    };
    rows.iter().map(read).collect()
}

pub(super) async fn notifications(
    connection: &mut PgConnection,
    fanout: &FanoutInHand,
    ids: &[NotificationId],
    users: &[UserId],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    sqlx::query(INSERT)
        .bind(fanout.tenant.as_str())
        .bind(fanout.id.0)
        .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
        .bind(users.iter().map(UserId::as_str).collect::<Vec<_>>())
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn advance(
    connection: &mut PgConnection,
    fanout: &FanoutInHand,
    cursor: &UserId,
    expanded: u64,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    sqlx::query(
        "UPDATE fanout_work SET cursor = $3, expanded = $4, failures = 0, updated_at = $5
         WHERE tenant = $1 AND id = $2",
    )
    .bind(fanout.tenant.as_str())
    .bind(fanout.id.0)
    .bind(cursor.as_str())
    .bind(i64::try_from(expanded).unwrap_or(i64::MAX))
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
