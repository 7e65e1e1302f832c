//! The rows of rotations themselves.

use campanile_domain::{KeyRotation, RotationCounts, TenantId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;

use crate::connection::count;
use crate::error::Fault;
use crate::rows::Reader;

/// The columns that [`read`] reads.
macro_rules! columns {
    () => {
        "tenant, rotated_at, seals_open, pass, pass_began_at, pass_found, place, position, first_at, reached_at,
             looked_at, resealed, sealed, unreadable, started_at, updated_at, due_at, ended_at,
             follows_settled, waits_for"
    };
}

pub(super) async fn one(
    connection: &mut PgConnection,
    tenant: &TenantId,
) -> Result<Option<KeyRotation>, Fault> {
    let row = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM key_rotations WHERE tenant = $1"
    ))
    .bind(tenant.as_str())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}

/// One that is not running is replaced.
pub(super) async fn put(
    connection: &mut PgConnection,
    rotation: &KeyRotation,
) -> Result<(), Fault> {
    sqlx::query("DELETE FROM key_rotations WHERE tenant = $1")
        .bind(rotation.tenant.as_str())
        .execute(&mut *connection)
        .await?;
    sqlx::query(concat!(
        "INSERT INTO key_rotations (",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
             $19, $20)"
    ))
    .bind(rotation.tenant.as_str())
    .bind(rotation.rotated_at)
    .bind(rotation.seals_open)
    .bind(i32::try_from(rotation.pass).unwrap_or(i32::MAX))
    .bind(rotation.pass_began_at)
    .bind(signed(rotation.pass_found))
    .bind(&rotation.place)
    .bind(&rotation.position)
    .bind(rotation.first_at)
    .bind(rotation.reached_at)
    .bind(signed(rotation.counts.looked_at))
    .bind(signed(rotation.counts.resealed))
    .bind(signed(rotation.counts.sealed))
    .bind(signed(rotation.counts.unreadable))
    .bind(rotation.started_at)
    .bind(rotation.updated_at)
    .bind(rotation.due_at)
    .bind(rotation.ended_at)
    .bind(rotation.follows_settled)
    .bind(&rotation.waits_for)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn advance(
    connection: &mut PgConnection,
    rotation: &KeyRotation,
) -> Result<(), Fault> {
    sqlx::query(
        "UPDATE key_rotations SET pass = $2, pass_began_at = $3, pass_found = $4, place = $5, position = $6,
             first_at = $7, reached_at = $8, looked_at = $9, resealed = $10, sealed = $11, unreadable = $12,
             updated_at = $13, due_at = $14, ended_at = $15, follows_settled = $16, waits_for = $17
         WHERE tenant = $1",
    )
    .bind(rotation.tenant.as_str())
    .bind(i32::try_from(rotation.pass).unwrap_or(i32::MAX))
    .bind(rotation.pass_began_at)
    .bind(signed(rotation.pass_found))
    .bind(&rotation.place)
    .bind(&rotation.position)
    .bind(rotation.first_at)
    .bind(rotation.reached_at)
    .bind(signed(rotation.counts.looked_at))
    .bind(signed(rotation.counts.resealed))
    .bind(signed(rotation.counts.sealed))
    .bind(signed(rotation.counts.unreadable))
    .bind(rotation.updated_at)
    .bind(rotation.due_at)
    .bind(rotation.ended_at)
    .bind(rotation.follows_settled)
    .bind(&rotation.waits_for)
    .execute(connection)
    .await?;
    Ok(())
}

/// Rotations that run are few: all of them are looked at.
pub(super) async fn next(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
) -> Result<Option<KeyRotation>, Fault> {
    let row = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM key_rotations WHERE due_at <= $1 AND ended_at IS NULL
         ORDER BY updated_at, tenant LIMIT 1 FOR UPDATE SKIP LOCKED"
    ))
    .bind(now)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn put_off(
    connection: &mut PgConnection,
    tenant: &TenantId,
    due_at: DateTime<Utc>,
) -> Result<(), Fault> {
    sqlx::query("UPDATE key_rotations SET due_at = $2 WHERE tenant = $1")
        .bind(tenant.as_str())
        .bind(due_at)
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn unsettle(
    connection: &mut PgConnection,
    tenant: &TenantId,
) -> Result<(), Fault> {
    sqlx::query(
        "UPDATE key_rotations SET pass_found = pass_found + 1 WHERE tenant = $1 AND ended_at IS NULL",
    )
    .bind(tenant.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// Those of this database, whether they have written something or not. Processes of the server itself, such as autovacuum, have no user.
const OPEN: &str = "
    SELECT l.virtualxid FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'virtualxid' AND l.granted AND l.pid <> pg_backend_pid()
        AND a.datname = current_database() AND a.usesysid IS NOT NULL";

pub(super) async fn open_transactions(connection: &mut PgConnection) -> Result<Vec<String>, Fault> {
    Ok(sqlx::query_scalar(OPEN).fetch_all(connection).await?)
}

fn read(row: &PgRow) -> Result<KeyRotation, Fault> {
    let mut reader = Reader::new(row, "key_rotations");
    Ok(KeyRotation {
        tenant: reader.tenant()?,
        rotated_at: reader.next("rotated_at")?,
        seals_open: reader.next("seals_open")?,
        pass: reader.unsigned("pass")?,
        pass_began_at: reader.next("pass_began_at")?,
        pass_found: count(reader.next("pass_found")?),
        place: reader.next("place")?,
        position: reader.next("position")?,
        first_at: reader.next("first_at")?,
        reached_at: reader.next("reached_at")?,
        counts: RotationCounts {
            looked_at: count(reader.next("looked_at")?),
            resealed: count(reader.next("resealed")?),
            sealed: count(reader.next("sealed")?),
            unreadable: count(reader.next("unreadable")?),
        },
        started_at: reader.next("started_at")?,
        updated_at: reader.next("updated_at")?,
        due_at: reader.next("due_at")?,
        ended_at: reader.next("ended_at")?,
        follows_settled: reader.next("follows_settled")?,
        waits_for: reader.next("waits_for")?,
    })
}

pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
