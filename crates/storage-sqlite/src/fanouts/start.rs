//! Accepting a send to a topic.

use campanile_domain::{Fanout, TenantId, TopicKey};
use campanile_sealing::{KeyRing, Place, RowTexts, RowToStore};
use campanile_storage::{MOST_SCHEDULED_FANOUTS, OpenFanouts, StorageError, TopicAudience};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::error::storage_error;
use crate::keys;
use crate::rows::{channels_text, micros};

/// The topic's subscribers. The one writer holds them as they are.
pub(super) async fn audience(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    topic: &TopicKey,
) -> Result<Option<TopicAudience>, StorageError> {
    let found: Option<(i64, i64)> =
        sqlx::query_as("SELECT subscribers, revision FROM topics WHERE tenant = ? AND topic = ?")
            .bind(tenant.as_str())
            .bind(topic.as_str())
            .fetch_optional(connection)
            .await
            .map_err(storage_error)?;
    Ok(found.map(|(subscribers, revision)| TopicAudience {
        subscribers: u64::try_from(subscribers).unwrap_or(0),
        revision,
    }))
}

pub(super) async fn open(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    now: DateTime<Utc>,
) -> Result<OpenFanouts, StorageError> {
    let (due, all): (i64, i64) = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE due_at <= ?3 OR failures > 0), count(*) \
         FROM (SELECT due_at, failures FROM fanout_work WHERE tenant = ?1 LIMIT ?2)",
    )
    .bind(tenant.as_str())
    .bind(MOST_SCHEDULED_FANOUTS)
    .bind(micros(now))
    .fetch_one(connection)
    .await
    .map_err(storage_error)?;
    let number = |n: i64| u64::try_from(n).unwrap_or(0);
    Ok(OpenFanouts {
        all: number(all),
        due: number(due),
    })
}

/// Writes the fan-out and its work.
pub(super) async fn insert(
    connection: &mut SqliteConnection,
    ring: &KeyRing,
    fanout: &Fanout,
    audience: TopicAudience,
) -> Result<(), StorageError> {
    let (said, place) = (RowTexts::of_fanout(fanout), Place::Fanout(fanout.id.0));
    let row = match keys::to_seal(ring, connection, &fanout.tenant, false).await? {
        Some(keys) => keys.row(place, &said).map_err(keys::cannot_seal)?,
        None => RowToStore {
            texts: said,
            sealed: None,
        },
    };
    let texts = &row.texts;
    let accepted = i64::try_from(audience.subscribers).unwrap_or(i64::MAX);
    sqlx::query(
        "INSERT INTO fanouts (tenant, id, topic, as_of, accepted, notification_type, priority, \
         title, body, content, channels, in_inbox, send_at, expires_at, collapse_key, \
         correlation_id, created_at, updated_at, link, actions, sealed) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?17, \
         ?18, ?19, ?20)",
    )
    .bind(fanout.tenant.as_str())
    .bind(fanout.id.0)
    .bind(fanout.topic.as_str())
    .bind(audience.revision)
    .bind(accepted)
    .bind(fanout.notification_type.as_str())
    .bind(fanout.priority.name())
    .bind(texts.title.as_deref())
    .bind(texts.body.as_deref())
    .bind(texts.content.as_deref().unwrap_or("{}"))
    .bind(channels_text(fanout.channels.as_deref()))
    .bind(fanout.in_inbox())
    .bind(fanout.send_at.map(micros))
    .bind(fanout.expires_at.map(micros))
    .bind(fanout.collapse_key.as_deref())
    .bind(fanout.correlation_id.as_str())
    .bind(micros(fanout.created_at))
    .bind(texts.link.as_deref())
    .bind(texts.actions.as_deref())
    .bind(row.sealed.as_deref())
    .execute(&mut *connection)
    .await
    .map_err(storage_error)?;
    sqlx::query(
        "INSERT INTO fanout_work (tenant, id, lane, due_at, accepted, updated_at) \
         VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(fanout.tenant.as_str())
    .bind(fanout.id.0)
    .bind(fanout.lane().rank())
    .bind(micros(fanout.due_at()))
    .bind(accepted)
    .bind(micros(fanout.created_at))
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}
