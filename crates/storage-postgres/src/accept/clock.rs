//! Time-ordered ids need clocks that agree.

use campanile_storage::{AcceptItem, StorageError};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::connection::{Kind, alone};
use crate::error::Fault;
use crate::pool::Pool;

/// Ours may be ahead of or behind the database's by so much.
const SKEW_MS: i64 = 5_000;
/// A request may have waited so long since it was stamped; later it is to be stamped anew.
const WAITED_MS: i64 = 30_000;

/// This machine's clock, which stamped the batch or is to stamp the next.
#[expect(
    clippy::disallowed_methods,
    reason = "the machine's clock is what is compared with the database's"
)]
fn ours() -> DateTime<Utc> {
    Utc::now()
}

/// Between which moments of the database's clock a batch may be stored: so that neither this process's clock
/// nor the batch's stamps are too far from it.
pub(super) fn bounds(batch: &[&AcceptItem]) -> (DateTime<Utc>, DateTime<Utc>) {
    let (skew, waited) = (
        TimeDelta::milliseconds(SKEW_MS),
        TimeDelta::milliseconds(WAITED_MS),
    );
    let ours = ours();
    stamps(batch).fold((ours - skew, ours + skew), |(low, high), stamp| {
        (low.max(stamp - skew), high.min(stamp + waited))
    })
}

/// Why a batch is not stored at this moment of the database's clock.
pub(super) fn skew(database: DateTime<Utc>, batch: &[&AcceptItem]) -> StorageError {
    let why = check(database, batch).err();
    // Clocks agree: it waited for so long before it began that ours had gone on.
    why.unwrap_or_else(|| {
        StorageError::Unavailable("the database started the transaction too late".to_owned())
    })
}

/// Checks this process's clock, and the stamps of the batch, against the database's clock.
pub(super) fn check(database: DateTime<Utc>, batch: &[&AcceptItem]) -> Result<(), StorageError> {
    check_stamps(database, stamps(batch))
}

fn stamps(batch: &[&AcceptItem]) -> impl Iterator<Item = DateTime<Utc>> {
    let notifications = batch.iter().flat_map(|item| &item.notifications);
    notifications.map(|notification| notification.created_at)
}

/// The same for one stamp.
pub(crate) fn check_stamp(
    database: DateTime<Utc>,
    stamp: DateTime<Utc>,
) -> Result<(), StorageError> {
    check_stamps(database, [stamp])
}

fn check_stamps(
    database: DateTime<Utc>,
    stamps: impl IntoIterator<Item = DateTime<Utc>>,
) -> Result<(), StorageError> {
    let off = |ours: DateTime<Utc>| (ours - database).num_milliseconds();
    let ours = off(ours());
    if ours.abs() > SKEW_MS {
        return Err(StorageError::ClockSkew { skew_ms: ours });
    }
    let stamps = stamps.into_iter().map(off);
    match stamps.max_by_key(|skew| skew.abs()) {
        Some(skew_ms) if !(-WAITED_MS..=SKEW_MS).contains(&skew_ms) => {
            Err(StorageError::ClockSkew { skew_ms })
        }
        _ => Ok(()),
    }
}

/// The database's clock, on this connection.
pub(crate) async fn now_in(connection: &mut PgConnection) -> Result<DateTime<Utc>, Fault> {
    Ok(sqlx::query_scalar("SELECT clock_timestamp()")
        .fetch_one(connection)
        .await?)
}

/// The database's clock.
pub(super) async fn now(pool: &Pool) -> Result<DateTime<Utc>, Fault> {
    alone!(pool, Kind::Read, |connection| { now_in(connection).await })
}
