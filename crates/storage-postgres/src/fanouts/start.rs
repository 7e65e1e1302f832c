//! Accepting a send to a topic.

use campanile_domain::{Channel, Fanout, TenantId, TopicKey};
use campanile_sealing::{KeyRing, Place, RowTexts};
use campanile_storage::{MOST_SCHEDULED_FANOUTS, OpenFanouts, TopicAudience};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::connection::count;
use crate::error::Fault;
use crate::rows::Reader;

/// Waits for those who just change the subscribers, and keeps others from it until the commit.
pub(super) async fn audience(
    connection: &mut PgConnection,
    tenant: &TenantId,
    topic: &TopicKey,
) -> Result<Option<TopicAudience>, Fault> {
    let row = sqlx::query(
        "SELECT subscribers, revision FROM topics WHERE tenant = $1 AND topic = $2 FOR SHARE",
    )
    .bind(tenant.as_str())
    .bind(topic.as_str())
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let mut reader = Reader::new(&row, "topics");
    Ok(Some(TopicAudience {
        subscribers: count(reader.next("subscribers")?),
        revision: reader.next("revision")?,
    }))
}

pub(super) async fn open(
    connection: &mut PgConnection,
    tenant: &TenantId,
    now: DateTime<Utc>,
) -> Result<OpenFanouts, Fault> {
    let (due, all): (i64, i64) = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE due_at <= $3 OR failures > 0), count(*)
         FROM (SELECT due_at, failures FROM fanout_work WHERE tenant = $1 LIMIT $2) AS w",
    )
    .bind(tenant.as_str())
    .bind(i64::from(MOST_SCHEDULED_FANOUTS))
    .bind(now)
    .fetch_one(connection)
    .await?;
    Ok(OpenFanouts {
        all: count(all),
        due: count(due),
    })
}

/// Writes the fan-out and its work; answers with the database's clock.
pub(super) async fn insert(
    connection: &mut PgConnection,
    keys: &KeyRing,
    fanout: &Fanout,
    audience: TopicAudience,
) -> Result<DateTime<Utc>, Fault> {
    let said = RowTexts::of_fanout(fanout);
    let row = keys.row(&fanout.tenant, Place::Fanout(fanout.id.0), said)?;
    let texts = &row.texts;
    let channels = fanout.channels.as_ref();
    let channels = channels.map(|list| list.iter().map(|c| Channel::name(*c)).collect::<Vec<_>>());
    let clock = sqlx::query_scalar(
        "WITH sent AS (
             INSERT INTO fanouts (tenant, id, topic, as_of, accepted, notification_type, priority,
                 title, body, content, channels, in_inbox, send_at, expires_at, collapse_key,
                 correlation_id, created_at, updated_at, link, actions, sealed)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::json, $11, $12, $13, $14, $15, $16,
                 $17, $17, $20, $21::json, $22)
         ), waiting AS (
             INSERT INTO fanout_work (tenant, id, lane, due_at, accepted, updated_at)
             VALUES ($1, $2, $18, $19, $5, $17)
         )
         SELECT clock_timestamp()",
    )
    .bind(fanout.tenant.as_str())
    .bind(fanout.id.0)
    .bind(fanout.topic.as_str())
    .bind(audience.revision)
    .bind(i64::try_from(audience.subscribers).unwrap_or(i64::MAX))
    .bind(fanout.notification_type.as_str())
    .bind(fanout.priority.name())
    .bind(texts.title.as_deref())
    .bind(texts.body.as_deref())
    .bind(texts.content.as_deref().unwrap_or("{}"))
    .bind(channels)
    .bind(fanout.in_inbox())
    .bind(fanout.send_at)
    .bind(fanout.expires_at)
    .bind(fanout.collapse_key.as_deref())
    .bind(fanout.correlation_id.as_str())
    .bind(fanout.created_at)
    .bind(fanout.lane().rank())
    .bind(fanout.due_at())
    .bind(texts.link.as_deref())
    .bind(texts.actions.as_deref())
    .bind(row.sealed.as_deref())
    .fetch_one(connection)
    .await?;
    Ok(clock)
}
