//! Time-ordered ids need clocks that agree.

use campanile_storage::{AcceptItem, StorageError};
use chrono::{DateTime, Utc};
use sqlx::PgPool;

use crate::error::Fault;

/// Ours may be ahead of or behind the database's by so much.
const SKEW_MS: i64 = 5_000;
/// A request may have waited so long since it was stamped; later it is to be stamped anew.
const WAITED_MS: i64 = 30_000;

/// Checks this process's clock, and the stamps of the batch, against the database's clock.
pub(super) fn check(database: DateTime<Utc>, batch: &[&AcceptItem]) -> Result<(), StorageError> {
    let off = |ours: DateTime<Utc>| (ours - database).num_milliseconds();
    let ours = off(Utc::now());
    if ours.abs() > SKEW_MS {
        return Err(StorageError::ClockSkew { skew_ms: ours });
    }
    let stamps = batch
        .iter()
        .flat_map(|item| &item.notifications)
        .map(|n| off(n.created_at));
    match stamps.max_by_key(|skew| skew.abs()) {
        Some(skew_ms) if !(-WAITED_MS..=SKEW_MS).contains(&skew_ms) => {
            Err(StorageError::ClockSkew { skew_ms })
        }
        _ => Ok(()),
    }
}

/// The database's clock.
pub(super) async fn now(pool: &PgPool) -> Result<DateTime<Utc>, Fault> {
    Ok(sqlx::query_scalar("SELECT clock_timestamp()")
        .fetch_one(pool)
        .await?)
}
