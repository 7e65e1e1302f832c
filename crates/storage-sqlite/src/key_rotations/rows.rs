//! The rows of rotations themselves.

use campanile_domain::{KeyRotation, RotationCounts, TenantId};
use campanile_storage::StorageError;
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::error::storage_error;
use crate::rows::{get, get_moment, micros, moment, tenant};

/// The columns that [`read`] reads.
macro_rules! columns {
    () => {
        "tenant, rotated_at, seals_open, pass, pass_began_at, pass_found, place, position, first_at, reached_at, \
         looked_at, resealed, sealed, unreadable, started_at, updated_at, due_at, ended_at, \
         follows_settled"
    };
}

pub(super) async fn one(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
) -> Result<Option<KeyRotation>, StorageError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM key_rotations WHERE tenant = ?"
    ))
    .bind(tenant.as_str())
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    row.as_ref().map(read).transpose()
}

/// One that is not running is replaced.
pub(super) async fn put(
    connection: &mut SqliteConnection,
    rotation: &KeyRotation,
) -> Result<(), StorageError> {
    sqlx::query(concat!(
        "INSERT OR REPLACE INTO key_rotations (",
        columns!(),
        ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ))
    .bind(rotation.tenant.as_str())
    .bind(rotation.rotated_at.map(micros))
    .bind(rotation.seals_open)
    .bind(rotation.pass)
    .bind(micros(rotation.pass_began_at))
    .bind(signed(rotation.pass_found))
    .bind(&rotation.place)
    .bind(&rotation.position)
    .bind(rotation.first_at.map(micros))
    .bind(rotation.reached_at.map(micros))
    .bind(signed(rotation.counts.looked_at))
    .bind(signed(rotation.counts.resealed))
    .bind(signed(rotation.counts.sealed))
    .bind(signed(rotation.counts.unreadable))
    .bind(micros(rotation.started_at))
    .bind(micros(rotation.updated_at))
    .bind(micros(rotation.due_at))
    .bind(rotation.ended_at.map(micros))
    .bind(rotation.follows_settled)
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}

/// The one writer is the lock.
pub(super) async fn next(
    connection: &mut SqliteConnection,
    now: DateTime<Utc>,
) -> Result<Option<KeyRotation>, StorageError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM key_rotations WHERE due_at <= ? AND ended_at IS NULL ORDER BY updated_at, tenant LIMIT 1"
    ))
    .bind(micros(now))
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn put_off(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    due_at: DateTime<Utc>,
) -> Result<(), StorageError> {
    sqlx::query("UPDATE key_rotations SET due_at = ?2 WHERE tenant = ?1")
        .bind(tenant.as_str())
        .bind(micros(due_at))
        .execute(connection)
        .await
        .map(drop)
        .map_err(storage_error)
}

pub(super) async fn unsettle(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
) -> Result<(), StorageError> {
    sqlx::query(
        "UPDATE key_rotations SET pass_found = pass_found + 1 WHERE tenant = ? AND ended_at IS NULL",
    )
    .bind(tenant.as_str())
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}

fn read(row: &SqliteRow) -> Result<KeyRotation, StorageError> {
    Ok(KeyRotation {
        tenant: tenant(row)?,
        rotated_at: get_moment(row, "rotated_at")?,
        seals_open: get(row, "seals_open")?,
        pass: get(row, "pass")?,
        pass_began_at: moment(get(row, "pass_began_at")?)?,
        pass_found: unsigned(get(row, "pass_found")?),
        place: get(row, "place")?,
        position: get(row, "position")?,
        first_at: get_moment(row, "first_at")?,
        reached_at: get_moment(row, "reached_at")?,
        counts: RotationCounts {
            looked_at: unsigned(get(row, "looked_at")?),
            resealed: unsigned(get(row, "resealed")?),
            sealed: unsigned(get(row, "sealed")?),
            unreadable: unsigned(get(row, "unreadable")?),
        },
        started_at: moment(get(row, "started_at")?)?,
        updated_at: moment(get(row, "updated_at")?)?,
        due_at: moment(get(row, "due_at")?)?,
        ended_at: get_moment(row, "ended_at")?,
        follows_settled: get(row, "follows_settled")?,
        waits_for: Vec::new(),
    })
}

pub(super) fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
