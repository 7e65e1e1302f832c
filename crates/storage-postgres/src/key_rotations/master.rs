//! The tenants' keys are wrapped with the current master key.

use campanile_domain::{MasterKeyRotation, RewrappedKeys};
use campanile_sealing::{KeyRing, SealError};
use campanile_storage::{StorageError, WrappedPlace};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;

use super::rows::signed;
use crate::connection::count;
use crate::error::Fault;
use crate::rows::Reader;

/// The columns that [`read`] reads.
macro_rules! columns {
    () => {
        "target, walk_found, place, position, looked_at, rewrapped, unreadable, started_at, updated_at, due_at,
         ended_at"
    };
}

pub(super) async fn one(connection: &mut PgConnection) -> Result<Option<MasterKeyRotation>, Fault> {
    let row = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM master_key_rotation WHERE id = 1"
    ))
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn put(
    connection: &mut PgConnection,
    rotation: &MasterKeyRotation,
) -> Result<(), Fault> {
    sqlx::query(
        "INSERT INTO master_key_rotation (id, place, position, looked_at, rewrapped, unreadable, started_at,
             updated_at, due_at, ended_at, target, walk_found)
         VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (id) DO UPDATE SET place = excluded.place, position = excluded.position,
             looked_at = excluded.looked_at, rewrapped = excluded.rewrapped, unreadable = excluded.unreadable,
             started_at = excluded.started_at, updated_at = excluded.updated_at, due_at = excluded.due_at,
             ended_at = excluded.ended_at, target = excluded.target, walk_found = excluded.walk_found",
    )
    .bind(&rotation.place)
    .bind(&rotation.position)
    .bind(signed(rotation.looked_at))
    .bind(signed(rotation.rewrapped))
    .bind(signed(rotation.unreadable))
    .bind(rotation.started_at)
    .bind(rotation.updated_at)
    .bind(rotation.due_at)
    .bind(rotation.ended_at)
    .bind(&rotation.target)
    .bind(signed(rotation.walk_found))
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn advance(
    connection: &mut PgConnection,
    rotation: &MasterKeyRotation,
) -> Result<(), Fault> {
    sqlx::query(
        "UPDATE master_key_rotation SET place = $1, position = $2, looked_at = $3, rewrapped = $4, unreadable = $5,
             updated_at = $6, due_at = $7, ended_at = $8, walk_found = $9
         WHERE id = 1",
    )
    .bind(&rotation.place)
    .bind(&rotation.position)
    .bind(signed(rotation.looked_at))
    .bind(signed(rotation.rewrapped))
    .bind(signed(rotation.unreadable))
    .bind(rotation.updated_at)
    .bind(rotation.due_at)
    .bind(rotation.ended_at)
    .bind(signed(rotation.walk_found))
    .execute(connection)
    .await?;
    Ok(())
}

/// A process with another master key would skip the data keys that its master key has wrapped.
pub(super) async fn next(
    connection: &mut PgConnection,
    mark: Option<Vec<u8>>,
    now: DateTime<Utc>,
) -> Result<Option<MasterKeyRotation>, Fault> {
    let row = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM master_key_rotation WHERE id = 1 AND due_at <= $1 AND ended_at IS NULL AND target = $2
         FOR UPDATE SKIP LOCKED"
    ))
    .bind(now)
    .bind(mark)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &PgRow) -> Result<MasterKeyRotation, Fault> {
    let mut reader = Reader::new(row, "master_key_rotation");
    Ok(MasterKeyRotation {
        target: reader.next("target")?,
        walk_found: count(reader.next("walk_found")?),
        place: reader.next("place")?,
        position: reader.next("position")?,
        looked_at: count(reader.next("looked_at")?),
        rewrapped: count(reader.next("rewrapped")?),
        unreadable: count(reader.next("unreadable")?),
        started_at: reader.next("started_at")?,
        updated_at: reader.next("updated_at")?,
        due_at: reader.next("due_at")?,
        ended_at: reader.next("ended_at")?,
    })
}

/// All keys of the next tenants. The table of former keys has those of rotations that run.
pub(super) async fn rewrap(
    connection: &mut PgConnection,
    ring: &KeyRing,
    place: WrappedPlace,
    (after, limit): (Option<&str>, u32),
) -> Result<RewrappedKeys, Fault> {
    let Some(master) = ring.master() else {
        return Err(StorageError::Refused("CAMPANILE_MASTER_KEY is not set".into()).into());
    };
    let table = place.table();
    // Whole tenants: a key that is wrapped again has another place in the order of the second table.
    let statement = format!(
        "WITH page AS (SELECT k.tenant FROM {table} k WHERE k.tenant > $1 ORDER BY k.tenant LIMIT $2)
         SELECT k.tenant, k.wrapped FROM {table} k
         WHERE k.tenant > $1 AND k.tenant <= (SELECT max(tenant) FROM page) ORDER BY k.tenant"
    );
    let rows = sqlx::query(&statement)
        .bind(after.unwrap_or_default())
        .bind(i64::from(limit))
        .fetch_all(&mut *connection)
        .await?;
    let mut done = RewrappedKeys {
        looked_at: rows.len() as u64,
        ..RewrappedKeys::default()
    };
    let update = format!("UPDATE {table} SET wrapped = $3 WHERE tenant = $1 AND wrapped = $2");
    for row in &rows {
        let mut reader = Reader::new(row, table);
        let tenant = reader.tenant()?;
        let wrapped: &[u8] = reader.next("wrapped")?;
        match master.rewrap(&tenant, wrapped) {
            Ok(None) => {}
            Ok(Some(new)) => {
                let changed = sqlx::query(&update)
                    .bind(tenant.as_str())
                    .bind(wrapped)
                    .bind(&new)
                    .execute(&mut *connection)
                    .await?;
                done.rewrapped += changed.rows_affected();
            }
            Err(SealError::NoRandomness) => return Err(SealError::NoRandomness.into()),
            Err(SealError::AnotherKey | SealError::Broken) => done.unreadable += 1,
        }
        done.next = Some(tenant.as_str().to_owned());
    }
    if rows.len() < limit as usize {
        done.next = None;
    }
    Ok(done)
}
