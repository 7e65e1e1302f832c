//! The tenants' keys are wrapped with the current master key.

use campanile_domain::{MasterKeyRotation, RewrappedKeys};
use campanile_sealing::{KeyRing, SealError};
use campanile_storage::{StorageError, WrappedPlace};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::rows::{signed, unsigned};
use crate::error::storage_error;
use crate::keys::cannot_seal;
use crate::rows::{get, get_moment, micros, moment, tenant};

pub(super) async fn one(
    connection: &mut SqliteConnection,
) -> Result<Option<MasterKeyRotation>, StorageError> {
    let row = sqlx::query("SELECT * FROM master_key_rotation WHERE id = 1")
        .fetch_optional(connection)
        .await
        .map_err(storage_error)?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn put(
    connection: &mut SqliteConnection,
    rotation: &MasterKeyRotation,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT OR REPLACE INTO master_key_rotation (id, place, position, looked_at, rewrapped, unreadable, \
             started_at, updated_at, due_at, ended_at, target, walk_found) \
             VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&rotation.place)
    .bind(&rotation.position)
    .bind(signed(rotation.looked_at))
    .bind(signed(rotation.rewrapped))
    .bind(signed(rotation.unreadable))
    .bind(micros(rotation.started_at))
    .bind(micros(rotation.updated_at))
    .bind(micros(rotation.due_at))
    .bind(rotation.ended_at.map(micros))
    .bind(&rotation.target)
    .bind(signed(rotation.walk_found))
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}

/// The one writer is the lock. A process with another master key would skip the data keys that its master key has wrapped.
pub(super) async fn next(
    connection: &mut SqliteConnection,
    mark: Option<Vec<u8>>,
    now: DateTime<Utc>,
) -> Result<Option<MasterKeyRotation>, StorageError> {
    let row = sqlx::query(
        "SELECT * FROM master_key_rotation WHERE id = 1 AND due_at <= ? AND ended_at IS NULL AND target = ?",
    )
    .bind(micros(now))
    .bind(mark)
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    row.as_ref().map(read).transpose()
}

fn read(row: &SqliteRow) -> Result<MasterKeyRotation, StorageError> {
    Ok(MasterKeyRotation {
        target: get(row, "target")?,
        walk_found: unsigned(get(row, "walk_found")?),
        place: get(row, "place")?,
        position: get(row, "position")?,
        looked_at: unsigned(get(row, "looked_at")?),
        rewrapped: unsigned(get(row, "rewrapped")?),
        unreadable: unsigned(get(row, "unreadable")?),
        started_at: moment(get(row, "started_at")?)?,
        updated_at: moment(get(row, "updated_at")?)?,
        due_at: moment(get(row, "due_at")?)?,
        ended_at: get_moment(row, "ended_at")?,
    })
}

/// All keys of the next tenants. The table of former keys has those of rotations that run.
pub(super) async fn rewrap(
    connection: &mut SqliteConnection,
    ring: &KeyRing,
    place: WrappedPlace,
    (after, limit): (Option<&str>, u32),
) -> Result<RewrappedKeys, StorageError> {
    let Some(master) = ring.master() else {
        return Err(StorageError::Refused(
            "CAMPANILE_MASTER_KEY is not set".into(),
        ));
    };
    let table = place.table();
    // Whole tenants: a key that is wrapped again has another place in the order of the second table.
    let statement = format!(
        "WITH page AS (SELECT k.tenant FROM {table} k WHERE k.tenant > ?1 ORDER BY k.tenant LIMIT ?2) \
         SELECT k.tenant, k.wrapped FROM {table} k \
         WHERE k.tenant > ?1 AND k.tenant <= (SELECT max(tenant) FROM page) ORDER BY k.tenant"
    );
    let rows = sqlx::query(&statement)
        .bind(after.unwrap_or_default())
        .bind(limit)
        .fetch_all(&mut *connection)
        .await
        .map_err(storage_error)?;
    let mut done = RewrappedKeys {
        looked_at: rows.len() as u64,
        ..RewrappedKeys::default()
    };
    let update = format!("UPDATE {table} SET wrapped = ?3 WHERE tenant = ?1 AND wrapped = ?2");
    for row in &rows {
        let tenant = tenant(row)?;
        let wrapped: &[u8] = get(row, "wrapped")?;
        match master.rewrap(&tenant, wrapped) {
            Ok(None) => {}
            Ok(Some(new)) => {
                let changed = sqlx::query(&update)
                    .bind(tenant.as_str())
                    .bind(wrapped)
                    .bind(&new)
                    .execute(&mut *connection)
                    .await
                    .map_err(storage_error)?;
                done.rewrapped += changed.rows_affected();
            }
            Err(SealError::NoRandomness) => return Err(cannot_seal(SealError::NoRandomness)),
            Err(SealError::AnotherKey | SealError::Broken) => done.unreadable += 1,
        }
        done.next = Some(tenant.as_str().to_owned());
    }
    if rows.len() < limit as usize {
        done.next = None;
    }
    Ok(done)
}
