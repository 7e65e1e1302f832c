//! Who holds a dispatch, and when it is redelivered.

use campanile_domain::{DispatchId, TenantId, WorkerId};
use campanile_storage::{Dispatch, NewDispatch, StorageError};
use chrono::{DateTime, Utc};
use sqlx::{Encode, Sqlite, SqliteConnection, Type};
use uuid::Uuid;

use crate::dispatch::dispatch;
use crate::error::storage_error;
use crate::rows::{micros, pack};
use crate::suspended::not_suspended;

pub(crate) async fn hold(
    connection: &mut SqliteConnection,
    worker: WorkerId,
    dispatches: Vec<(TenantId, DispatchId)>,
) -> Result<(), StorageError> {
    let sql = "UPDATE dispatch SET holder = ?3 WHERE tenant = ?1 AND id = ?2";
    each(connection, sql, dispatches, worker.0).await
}

pub(crate) async fn let_go(
    connection: &mut SqliteConnection,
    worker: WorkerId,
    dispatches: Vec<(TenantId, DispatchId)>,
) -> Result<(), StorageError> {
    let sql = "UPDATE dispatch SET holder = NULL WHERE tenant = ?1 AND id = ?2 AND holder = ?3";
    each(connection, sql, dispatches, worker.0).await
}

pub(crate) async fn again(
    connection: &mut SqliteConnection,
    dispatches: Vec<(TenantId, DispatchId)>,
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    let sql = "UPDATE dispatch SET publish_after = ?3, holder = NULL WHERE tenant = ?1 AND id = ?2";
    each(connection, sql, dispatches, micros(at)).await
}

/// Runs a statement for each dispatch: `?1` is its tenant, `?2` its id, `?3` the value.
async fn each<V>(
    connection: &mut SqliteConnection,
    sql: &'static str,
    dispatches: Vec<(TenantId, DispatchId)>,
    value: V,
) -> Result<(), StorageError>
where
    V: for<'q> Encode<'q, Sqlite> + Type<Sqlite> + Copy + Send,
{
    for (tenant, id) in dispatches {
        sqlx::query(sql)
            .bind(tenant.as_str())
            .bind(id.0)
            .bind(value)
            .execute(&mut *connection)
            .await
            .map_err(storage_error)?;
    }
    Ok(())
}

pub(crate) async fn all(
    connection: &mut SqliteConnection,
    now: DateTime<Utc>,
) -> Result<u64, StorageError> {
    // A holder without a heartbeat: that worker is gone, and may have begun.
    sqlx::query("UPDATE dispatch SET publish_after = ?, holder = ?")
        .bind(micros(now))
        .bind(Uuid::nil())
        .execute(connection)
        .await
        .map(|done| done.rows_affected())
        .map_err(storage_error)
}

/// Inside one commit, so no other write comes between the look and the change.
pub(crate) async fn take_due(
    connection: &mut SqliteConnection,
    now: DateTime<Utc>,
    alive_since: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<Dispatch>, StorageError> {
    let rows = sqlx::query(concat!(
        "SELECT tenant, id, channel, lane, epoch, size, publish_after, holder IS NOT NULL AS suspect \
         FROM dispatch WHERE publish_after <= ?1 AND (holder IS NULL OR holder NOT IN \
             (SELECT id FROM workers WHERE heartbeat_at >= ?2)) AND ",
        not_suspended!("dispatch.tenant"),
        " ORDER BY publish_after LIMIT ?3",
    ))
    .bind(micros(now))
    .bind(micros(alive_since))
    .bind(limit)
    .fetch_all(&mut *connection)
    .await
    .map_err(storage_error)?;
    let mut taken = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut due = dispatch(row)?;
        due.epoch += 1;
        due.publish_after = now + Dispatch::window(due.epoch);
        sqlx::query(
            "UPDATE dispatch SET epoch = ?, holder = NULL, publish_after = ? \
             WHERE tenant = ? AND id = ?",
        )
        .bind(due.epoch)
        .bind(micros(due.publish_after))
        .bind(due.tenant.as_str())
        .bind(due.id.0)
        .execute(&mut *connection)
        .await
        .map_err(storage_error)?;
        taken.push(due);
    }
    taken.sort_by_key(|due| (due.lane.rank(), due.id));
    Ok(taken)
}

/// Stores dispatches.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    dispatches: &[NewDispatch],
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    for NewDispatch { dispatch, parts } in dispatches {
        sqlx::query(
            "INSERT INTO dispatch (tenant, id, channel, lane, refs, size, publish_after, \
             created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(dispatch.tenant.as_str())
        .bind(dispatch.id.0)
        .bind(dispatch.channel.name())
        .bind(dispatch.lane.rank())
        .bind(pack(parts.iter().flat_map(|(n, d)| [n.0, d.0])))
        .bind(parts.len() as i64)
        .bind(micros(dispatch.publish_after))
        .bind(micros(now))
        .execute(&mut *connection)
        .await
        .map_err(storage_error)?;
    }
    Ok(())
}
