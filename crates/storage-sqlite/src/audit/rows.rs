//! Statements on the rows of the audit log and on the ends of chains.

use campanile_domain::{ActorKind, AuditDays, AuditHash, AuditHead, AuditId, AuditRow, TenantId};
use campanile_storage::{AUDIT_ROWS_LOOKED_AT, AuditFilter, AuditPage, StorageError};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, SqliteConnection};
use uuid::Uuid;

use crate::error::{storage_error, undecodable};
use crate::rows::{get, micros, moment};

/// The columns that [`read`] reads.
macro_rules! columns {
    () => {
        "id, seq, at, actor_kind, actor, key_id, action, target, before, after, request_id, \
         address, hash"
    };
}

pub(super) async fn head(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
) -> Result<Option<AuditHead>, StorageError> {
    let row = sqlx::query(
        "SELECT seq, id, hash, anchor_seq, anchor_hash FROM audit_heads WHERE tenant = ?",
    )
    .bind(tenant.as_str())
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    let read = |row: &SqliteRow| {
        Ok(AuditHead {
            seq: number(get(row, "seq")?),
            id: AuditId(get(row, "id")?),
            hash: hash(row, "hash")?,
            anchor_seq: number(get(row, "anchor_seq")?),
            anchor_hash: hash(row, "anchor_hash")?,
        })
    };
    row.as_ref().map(read).transpose()
}

pub(super) async fn begin(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
) -> Result<AuditHead, StorageError> {
    let empty = AuditHead::EMPTY;
    sqlx::query(
        "INSERT INTO audit_heads (tenant, seq, id, hash, anchor_seq, anchor_hash) \
         VALUES (?1, 0, ?2, ?3, 0, ?3)",
    )
    .bind(tenant.as_str())
    .bind(empty.id.0)
    .bind(&empty.hash.0[..])
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(empty)
}

pub(super) async fn append(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    row: &AuditRow,
) -> Result<(), StorageError> {
    sqlx::query(concat!(
        "INSERT INTO audit_log (tenant, ",
        columns!(),
        ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    ))
    .bind(tenant.as_str())
    .bind(row.id.0)
    .bind(stored(row.seq))
    .bind(micros(row.at))
    .bind(row.actor_kind.name())
    .bind(&row.actor)
    .bind(&row.key_id)
    .bind(&row.action)
    .bind(&row.target)
    .bind(&row.before)
    .bind(&row.after)
    .bind(&row.request_id)
    .bind(&row.address)
    .bind(&row.hash.0[..])
    .execute(&mut *connection)
    .await
    .map_err(storage_error)?;
    sqlx::query("UPDATE audit_heads SET seq = ?, id = ?, hash = ? WHERE tenant = ?")
        .bind(stored(row.seq))
        .bind(row.id.0)
        .bind(&row.hash.0[..])
        .bind(tenant.as_str())
        .execute(connection)
        .await
        .map_err(storage_error)?;
    Ok(())
}

pub(super) async fn page(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    filter: &AuditFilter,
    before: Option<AuditId>,
    limit: u32,
) -> Result<AuditPage, StorageError> {
    let (first, end) = filter.ids(before);
    // The first row that is not looked at.
    let edge: Option<Uuid> = sqlx::query_scalar(
        "SELECT id FROM audit_log WHERE tenant = ? AND id >= ? AND id < ? \
         ORDER BY id DESC LIMIT 1 OFFSET ?",
    )
    .bind(tenant.as_str())
    .bind(first.0)
    .bind(end.0)
    .bind(i64::from(AUDIT_ROWS_LOOKED_AT))
    .fetch_optional(&mut *connection)
    .await
    .map_err(storage_error)?;
    let edge = edge.map(AuditId);
    let mut query = QueryBuilder::new(concat!(
        "SELECT ",
        columns!(),
        " FROM audit_log WHERE tenant = "
    ));
    query
        .push_bind(tenant.as_str())
        .push(" AND id >= ")
        .push_bind(edge.map_or(first, AuditId::next).0)
        .push(" AND id < ")
        .push_bind(end.0);
    for (column, wanted) in [
        (" AND actor = ", &filter.actor),
        (" AND action = ", &filter.action),
        (" AND target = ", &filter.target),
    ] {
        if let Some(wanted) = wanted {
            query.push(column).push_bind(wanted);
        }
    }
    if let Some(from) = filter.from {
        query.push(" AND at >= ").push_bind(micros(from));
    }
    if let Some(to) = filter.to {
        query.push(" AND at < ").push_bind(micros(to));
    }
    query
        .push(" ORDER BY id DESC LIMIT ")
        .push_bind(i64::from(limit) + 1);
    let rows = query.build().fetch_all(connection).await;
    let rows = rows.map_err(storage_error)?;
    let rows = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(AuditPage::of(rows, limit, edge))
}

pub(super) async fn after(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    after: AuditId,
    limit: u32,
) -> Result<Vec<AuditRow>, StorageError> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM audit_log WHERE tenant = ? AND id > ? ORDER BY id LIMIT ?"
    ))
    .bind(tenant.as_str())
    .bind(after.0)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    rows.iter().map(read).collect()
}

pub(super) async fn days(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
) -> Result<Option<AuditDays>, StorageError> {
    let days: Option<Option<u32>> =
        sqlx::query_scalar("SELECT days FROM audit_heads WHERE tenant = ?")
            .bind(tenant.as_str())
            .fetch_optional(connection)
            .await
            .map_err(storage_error)?;
    Ok(days.flatten().and_then(AuditDays::new))
}

pub(super) async fn set_days(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    days: Option<AuditDays>,
) -> Result<(), StorageError> {
    sqlx::query("UPDATE audit_heads SET days = ? WHERE tenant = ?")
        .bind(days.map(AuditDays::get))
        .bind(tenant.as_str())
        .execute(connection)
        .await
        .map_err(storage_error)?;
    Ok(())
}

pub(super) async fn oldest(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    before: AuditId,
    limit: u32,
) -> Result<Vec<(AuditId, u64, AuditHash)>, StorageError> {
    let rows = sqlx::query(
        "SELECT id, seq, hash FROM audit_log WHERE tenant = ? AND id < ? ORDER BY id LIMIT ?",
    )
    .bind(tenant.as_str())
    .bind(before.0)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    let read = |row: &SqliteRow| {
        let id = AuditId(get(row, "id")?);
        Ok((id, number(get(row, "seq")?), hash(row, "hash")?))
    };
    rows.iter().map(read).collect()
}

pub(super) async fn remove(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    (id, seq, hash): &(AuditId, u64, AuditHash),
) -> Result<u64, StorageError> {
    let removed = sqlx::query("DELETE FROM audit_log WHERE tenant = ? AND id <= ?")
        .bind(tenant.as_str())
        .bind(id.0)
        .execute(&mut *connection)
        .await
        .map_err(storage_error)?;
    sqlx::query("UPDATE audit_heads SET anchor_seq = ?, anchor_hash = ? WHERE tenant = ?")
        .bind(stored(*seq))
        .bind(&hash.0[..])
        .bind(tenant.as_str())
        .execute(connection)
        .await
        .map_err(storage_error)?;
    Ok(removed.rows_affected())
}

fn read(row: &SqliteRow) -> Result<AuditRow, StorageError> {
    let kind: &str = get(row, "actor_kind")?;
    Ok(AuditRow {
        id: AuditId(get(row, "id")?),
        seq: number(get(row, "seq")?),
        at: moment(get(row, "at")?)?,
        actor_kind: ActorKind::parse(kind)
            .ok_or_else(|| undecodable("audit_log", "actor_kind", kind))?,
        actor: get(row, "actor")?,
        key_id: get(row, "key_id")?,
        action: get(row, "action")?,
        target: get(row, "target")?,
        before: get(row, "before")?,
        after: get(row, "after")?,
        request_id: get(row, "request_id")?,
        address: get(row, "address")?,
        hash: hash(row, "hash")?,
    })
}

fn hash(row: &SqliteRow, column: &'static str) -> Result<AuditHash, StorageError> {
    let bytes: Vec<u8> = get(row, column)?;
    let hash = AuditHash::from_bytes(&bytes);
    hash.ok_or_else(|| undecodable("audit_log", column, format!("{} bytes", bytes.len())))
}

fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn number(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or(0)
}
