//! Accepting a send to a topic.

use campanile_domain::Fanout;
use campanile_storage::{
    AcceptOutcome, FanoutStart, IdempotencyKey, MOST_OPEN_FANOUTS, MOST_SCHEDULED_FANOUTS,
    NewFanout, StorageError,
};
use sqlx::SqliteConnection;

use crate::accept::{claim, kept};
use crate::error::storage_error;
use crate::rows::{channels_text, micros};

pub(super) async fn start(
    connection: &mut SqliteConnection,
    new: &NewFanout,
) -> Result<FanoutStart, StorageError> {
    let fanout = &new.fanout;
    let topic: Option<(i64, i64)> =
        sqlx::query_as("SELECT subscribers, revision FROM topics WHERE tenant = ? AND topic = ?")
            .bind(fanout.tenant.as_str())
            .bind(fanout.topic.as_str())
            .fetch_optional(&mut *connection)
            .await
            .map_err(storage_error)?;
    let Some((accepted, as_of)) = topic else {
        return Ok(FanoutStart::NoTopic);
    };
    let subscribers = u64::try_from(accepted).unwrap_or(0);
    let crowded = is_crowded(connection, fanout).await?;
    if let Some((key, fingerprint)) = new.idempotency.clone() {
        let key = IdempotencyKey {
            key,
            fingerprint,
            response: (new.answer)(fanout.id, subscribers),
        };
        let earlier = if crowded {
            kept(connection, &fanout.tenant, &key).await?
        } else {
            claim(connection, &fanout.tenant, &key, fanout.created_at).await?
        };
        match earlier {
            None | Some(AcceptOutcome::Accepted) => {}
            Some(AcceptOutcome::Replayed { response }) => {
                return Ok(FanoutStart::Replayed { response });
            }
            Some(AcceptOutcome::KeyReused) => return Ok(FanoutStart::KeyReused),
            Some(AcceptOutcome::KeyBusy) => return Ok(FanoutStart::KeyBusy),
        }
    }
    if crowded {
        return Ok(FanoutStart::TooMany);
    }
    insert(connection, fanout, accepted, as_of).await?;
    Ok(FanoutStart::Started { subscribers })
}

async fn is_crowded(
    connection: &mut SqliteConnection,
    fanout: &Fanout,
) -> Result<bool, StorageError> {
    let (due, open): (i64, i64) = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE due_at <= ?3 OR failures > 0), count(*) \
         FROM (SELECT due_at, failures FROM fanout_work WHERE tenant = ?1 LIMIT ?2)",
    )
    .bind(fanout.tenant.as_str())
    .bind(MOST_SCHEDULED_FANOUTS)
    .bind(micros(fanout.created_at))
    .fetch_one(connection)
    .await
    .map_err(storage_error)?;
    let is_due = fanout.send_at.is_none_or(|at| at <= fanout.created_at);
    Ok(open >= i64::from(MOST_SCHEDULED_FANOUTS) || is_due && due >= i64::from(MOST_OPEN_FANOUTS))
}

async fn insert(
    connection: &mut SqliteConnection,
    fanout: &Fanout,
    accepted: i64,
    as_of: i64,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO fanouts (tenant, id, topic, as_of, accepted, notification_type, priority, \
         title, body, content, channels, in_inbox, send_at, expires_at, collapse_key, \
         correlation_id, created_at, updated_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?17)",
    )
    .bind(fanout.tenant.as_str())
    .bind(fanout.id.0)
    .bind(fanout.topic.as_str())
    .bind(as_of)
    .bind(accepted)
    .bind(fanout.notification_type.as_str())
    .bind(fanout.priority.name())
    .bind(fanout.title.as_deref())
    .bind(fanout.body.as_deref())
    .bind(&*fanout.content)
    .bind(channels_text(fanout.channels.as_deref()))
    .bind(fanout.in_inbox())
    .bind(fanout.send_at.map(micros))
    .bind(fanout.expires_at.map(micros))
    .bind(fanout.collapse_key.as_deref())
    .bind(fanout.correlation_id.as_str())
    .bind(micros(fanout.created_at))
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
