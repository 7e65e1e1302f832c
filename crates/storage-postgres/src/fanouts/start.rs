//! Accepting a send to a topic.

use campanile_domain::{Channel, Fanout};
use campanile_storage::{
    AcceptOutcome, FanoutStart, IdempotencyKey, MOST_OPEN_FANOUTS, MOST_SCHEDULED_FANOUTS,
    NewFanout, StorageError,
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::accept::{claim_key, clock};
use crate::connection::{Kind, Scope, count, transact};
use crate::error::Fault;
use crate::pool::Pool;
use crate::rows::Reader;

/// What a fan-out is for.
struct Audience {
    subscribers: u64,
    as_of: i64,
}

pub(super) async fn start(pool: &Pool, new: &NewFanout) -> Result<FanoutStart, StorageError> {
    let scope = Scope::one(&new.fanout.tenant);
    let mut waits_for_key = false;
    let started = transact!(pool, Kind::Write, &scope, |connection| {
        waits_for_key = false;
        let Some(audience) = audience(connection, &new.fanout).await? else {
            return Ok(FanoutStart::NoTopic);
        };
        let crowded = is_crowded(connection, &new.fanout).await?;
        if let Some(key) = key(new, audience.subscribers) {
            waits_for_key = true;
            let claimed = claim_key(connection, &new.fanout.tenant, &key, !crowded).await?;
            waits_for_key = false;
            match claimed {
                AcceptOutcome::Accepted => {}
                AcceptOutcome::Replayed { response } => {
                    return Ok(FanoutStart::Replayed { response });
                }
                AcceptOutcome::KeyReused => return Ok(FanoutStart::KeyReused),
                AcceptOutcome::KeyBusy => return Ok(FanoutStart::KeyBusy),
            }
        }
        if crowded {
            return Ok(FanoutStart::TooMany);
        }
        let database = insert(connection, &new.fanout, &audience).await?;
        clock::check_stamp(database, new.fanout.created_at)?;
        Ok(FanoutStart::Started {
            subscribers: audience.subscribers,
        })
    });
    match started {
        Err(Fault::LockTimeout) if waits_for_key => Ok(FanoutStart::KeyBusy),
        started => Ok(started?),
    }
}

/// Waits for those who just change the subscribers, and keeps others from it until the commit.
async fn audience(
    connection: &mut PgConnection,
    fanout: &Fanout,
) -> Result<Option<Audience>, Fault> {
    let row = sqlx::query(
        "SELECT subscribers, revision FROM topics WHERE tenant = $1 AND topic = $2 FOR SHARE",
    )
    .bind(fanout.tenant.as_str())
    .bind(fanout.topic.as_str())
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let mut reader = Reader::new(&row, "topics");
    Ok(Some(Audience {
        subscribers: count(reader.next("subscribers")?),
        as_of: reader.next("revision")?,
    }))
}

/// About: those who start at once may go beyond it by their number.
async fn is_crowded(connection: &mut PgConnection, fanout: &Fanout) -> Result<bool, Fault> {
    let (due, open): (i64, i64) = sqlx::query_as(
        "SELECT count(*) FILTER (WHERE due_at <= $3 OR failures > 0), count(*)
         FROM (SELECT due_at, failures FROM fanout_work WHERE tenant = $1 LIMIT $2) AS w",
    )
    .bind(fanout.tenant.as_str())
    .bind(i64::from(MOST_SCHEDULED_FANOUTS))
    .bind(fanout.created_at)
    .fetch_one(connection)
    .await?;
    let is_due = fanout.send_at.is_none_or(|at| at <= fanout.created_at);
    Ok(open >= i64::from(MOST_SCHEDULED_FANOUTS) || is_due && due >= i64::from(MOST_OPEN_FANOUTS))
}

fn key(new: &NewFanout, subscribers: u64) -> Option<IdempotencyKey> {
    let (key, fingerprint) = new.idempotency.clone()?;
    Some(IdempotencyKey {
        key,
        fingerprint,
        response: (new.answer)(new.fanout.id, subscribers),
    })
}

/// Writes the fan-out and its work; answers with the database's clock.
async fn insert(
    connection: &mut PgConnection,
    fanout: &Fanout,
    audience: &Audience,
) -> Result<DateTime<Utc>, Fault> {
    let channels = fanout.channels.as_ref();
    let channels = channels.map(|list| list.iter().map(|c| Channel::name(*c)).collect::<Vec<_>>());
    let clock = sqlx::query_scalar(
        "WITH sent AS (
             INSERT INTO fanouts (tenant, id, topic, as_of, accepted, notification_type, priority,
                 title, body, content, channels, in_inbox, send_at, expires_at, collapse_key,
                 correlation_id, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::json, $11, $12, $13, $14, $15, $16,
                 $17, $17)
         ), waiting AS (
             INSERT INTO fanout_work (tenant, id, lane, due_at, accepted, updated_at)
             VALUES ($1, $2, $18, $19, $5, $17)
         )
         SELECT clock_timestamp()",
    )
    .bind(fanout.tenant.as_str())
    .bind(fanout.id.0)
    .bind(fanout.topic.as_str())
    .bind(audience.as_of)
    .bind(i64::try_from(audience.subscribers).unwrap_or(i64::MAX))
    .bind(fanout.notification_type.as_str())
    .bind(fanout.priority.name())
    .bind(fanout.title.as_deref())
    .bind(fanout.body.as_deref())
    .bind(&*fanout.content)
    .bind(channels)
    .bind(fanout.in_inbox())
    .bind(fanout.send_at)
    .bind(fanout.expires_at)
    .bind(fanout.collapse_key.as_deref())
    .bind(fanout.correlation_id.as_str())
    .bind(fanout.created_at)
    .bind(fanout.lane().rank())
    .bind(fanout.due_at())
    .fetch_one(connection)
    .await?;
    Ok(clock)
}
