//! Statements on the rows of the audit log and on the ends of chains.

use campanile_domain::{ActorKind, AuditDays, AuditHash, AuditHead, AuditId, AuditRow, TenantId};
use campanile_storage::{AUDIT_ROWS_LOOKED_AT, AuditFilter, AuditPage};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, QueryBuilder};
use uuid::Uuid;

use crate::error::Fault;
use crate::rows::Reader;

/// The columns that [`read`] reads.
macro_rules! columns {
    () => {
        "id, seq, at, actor_kind, actor, key_id, action, target, before, after, request_id, \
         address, hash"
    };
}

pub(super) async fn head(
    connection: &mut PgConnection,
    tenant: &TenantId,
    locked: bool,
) -> Result<Option<AuditHead>, Fault> {
    let mut query = QueryBuilder::new(
        "SELECT seq, id, hash, anchor_seq, anchor_hash FROM audit_heads WHERE tenant = ",
    );
    query.push_bind(tenant.as_str());
    if locked {
        query.push(" FOR UPDATE");
    }
    let row = query.build().fetch_optional(connection).await?;
    let read = |row| {
        let mut reader = Reader::new(row, "audit_heads");
        Ok(AuditHead {
            seq: number(reader.next("seq")?),
            id: AuditId(reader.next("id")?),
            hash: hash(&mut reader, "hash")?,
            anchor_seq: number(reader.next("anchor_seq")?),
            anchor_hash: hash(&mut reader, "anchor_hash")?,
        })
    };
    row.as_ref().map(read).transpose()
}

/// Every tenant's chain has its row from the first act on, so that there is something to lock.
pub(super) async fn lock(
    connection: &mut PgConnection,
    tenant: &TenantId,
) -> Result<AuditHead, Fault> {
    if let Some(found) = head(&mut *connection, tenant, true).await? {
        return Ok(found);
    }
    let empty = AuditHead::EMPTY;
    sqlx::query(
        "INSERT INTO audit_heads (tenant, seq, id, hash, anchor_seq, anchor_hash)
         VALUES ($1, 0, $2, $3, 0, $3) ON CONFLICT DO NOTHING",
    )
    .bind(tenant.as_str())
    .bind(empty.id.0)
    .bind(&empty.hash.0[..])
    .execute(&mut *connection)
    .await?;
    Ok(head(connection, tenant, true).await?.unwrap_or(empty))
}

pub(super) async fn append(
    connection: &mut PgConnection,
    tenant: &TenantId,
    row: &AuditRow,
) -> Result<(), Fault> {
    sqlx::query(concat!(
        "INSERT INTO audit_log (tenant, ",
        columns!(),
        ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
    ))
    .bind(tenant.as_str())
    .bind(row.id.0)
    .bind(stored(row.seq))
    .bind(row.at)
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
    .await?;
    sqlx::query("UPDATE audit_heads SET seq = $2, id = $3, hash = $4 WHERE tenant = $1")
        .bind(tenant.as_str())
        .bind(stored(row.seq))
        .bind(row.id.0)
        .bind(&row.hash.0[..])
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn page(
    connection: &mut PgConnection,
    tenant: &TenantId,
    filter: &AuditFilter,
    before: Option<AuditId>,
    limit: u32,
) -> Result<AuditPage, Fault> {
    let (first, end) = filter.ids(before);
    // The first row that is not looked at.
    let edge: Option<Uuid> = sqlx::query_scalar(
        "SELECT id FROM audit_log WHERE tenant = $1 AND id >= $2 AND id < $3
         ORDER BY id DESC OFFSET $4 LIMIT 1",
    )
    .bind(tenant.as_str())
    .bind(first.0)
    .bind(end.0)
    .bind(i64::from(AUDIT_ROWS_LOOKED_AT))
    .fetch_optional(&mut *connection)
    .await?;
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
        query.push(" AND at >= ").push_bind(from);
    }
    if let Some(to) = filter.to {
        query.push(" AND at < ").push_bind(to);
    }
    query
        .push(" ORDER BY id DESC LIMIT ")
        .push_bind(i64::from(limit) + 1);
    let rows = query.build().fetch_all(connection).await?;
    let rows = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(AuditPage::of(rows, limit, edge))
}

pub(super) async fn after(
    connection: &mut PgConnection,
    tenant: &TenantId,
    after: AuditId,
    limit: u32,
) -> Result<Vec<AuditRow>, Fault> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM audit_log WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3"
    ))
    .bind(tenant.as_str())
    .bind(after.0)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
}

pub(super) async fn days(
    connection: &mut PgConnection,
    tenant: &TenantId,
) -> Result<Option<AuditDays>, Fault> {
    let days: Option<Option<i32>> =
        sqlx::query_scalar("SELECT days FROM audit_heads WHERE tenant = $1")
            .bind(tenant.as_str())
            .fetch_optional(connection)
            .await?;
    let days = days.flatten().and_then(|days| u32::try_from(days).ok());
    Ok(days.and_then(AuditDays::new))
}

pub(super) async fn set_days(
    connection: &mut PgConnection,
    tenant: &TenantId,
    days: Option<AuditDays>,
) -> Result<(), Fault> {
    sqlx::query("UPDATE audit_heads SET days = $2 WHERE tenant = $1")
        .bind(tenant.as_str())
        .bind(days.map(|days| i32::try_from(days.get()).unwrap_or(i32::MAX)))
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn oldest(
    connection: &mut PgConnection,
    tenant: &TenantId,
    before: AuditId,
    limit: u32,
) -> Result<Vec<(AuditId, u64, AuditHash)>, Fault> {
    let rows = sqlx::query(
        "SELECT id, seq, hash FROM audit_log WHERE tenant = $1 AND id < $2 ORDER BY id LIMIT $3",
    )
    .bind(tenant.as_str())
    .bind(before.0)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "audit_log");
        let id = AuditId(reader.next("id")?);
        Ok((id, number(reader.next("seq")?), hash(&mut reader, "hash")?))
    };
    rows.iter().map(read).collect()
}

pub(super) async fn remove(
    connection: &mut PgConnection,
    tenant: &TenantId,
    (id, seq, hash): &(AuditId, u64, AuditHash),
) -> Result<u64, Fault> {
    let removed = sqlx::query("DELETE FROM audit_log WHERE tenant = $1 AND id <= $2")
        .bind(tenant.as_str())
        .bind(id.0)
        .execute(&mut *connection)
        .await?;
    sqlx::query("UPDATE audit_heads SET anchor_seq = $2, anchor_hash = $3 WHERE tenant = $1")
        .bind(tenant.as_str())
        .bind(stored(*seq))
        .bind(&hash.0[..])
        .execute(connection)
        .await?;
    Ok(removed.rows_affected())
}

fn read(row: &PgRow) -> Result<AuditRow, Fault> {
    let mut reader = Reader::new(row, "audit_log");
    Ok(AuditRow {
        id: AuditId(reader.next("id")?),
        seq: number(reader.next("seq")?),
        at: reader.next("at")?,
        actor_kind: reader.parse("actor_kind", |name| {
            ActorKind::parse(name).ok_or("an unknown kind of actor")
        })?,
        actor: reader.next("actor")?,
        key_id: reader.next("key_id")?,
        action: reader.next("action")?,
        target: reader.next("target")?,
        before: reader.next("before")?,
        after: reader.next("after")?,
        request_id: reader.next("request_id")?,
        address: reader.next("address")?,
        hash: hash(&mut reader, "hash")?,
    })
}

fn hash(reader: &mut Reader<'_>, column: &'static str) -> Result<AuditHash, Fault> {
    let bytes: Vec<u8> = reader.next(column)?;
    let hash = AuditHash::from_bytes(&bytes);
    hash.ok_or_else(|| reader.undecodable(column, format!("{} bytes", bytes.len())))
}

fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn number(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or(0)
}
