//! Who holds a dispatch, and when it is redelivered.

use campanile_domain::{DispatchId, Lane, TenantId, WorkerId};
use campanile_storage::Dispatch;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::error::Fault;
use crate::rows::Reader;
use crate::suspended::not_suspended;

/// Tenants and ids as two columns.
pub(super) fn columns<T>(
    rows: &[(TenantId, T)],
    id: impl Fn(&T) -> uuid::Uuid,
) -> (Vec<&str>, Vec<uuid::Uuid>) {
    rows.iter()
        .map(|(tenant, row)| (tenant.as_str(), id(row)))
        .unzip()
}

pub(super) async fn hold(
    connection: &mut PgConnection,
    worker: WorkerId,
    dispatches: &[(TenantId, DispatchId)],
) -> Result<(), Fault> {
    let (tenants, ids) = columns(dispatches, |id| id.0);
    sqlx::query(
        "UPDATE dispatch d SET holder = $3 FROM UNNEST($1::text[], $2::uuid[]) AS x (tenant, id)
         WHERE d.tenant = x.tenant AND d.id = x.id",
    )
    .bind(&tenants)
    .bind(&ids)
    .bind(worker.0)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn let_go(
    connection: &mut PgConnection,
    worker: WorkerId,
    dispatches: &[(TenantId, DispatchId)],
) -> Result<(), Fault> {
    let (tenants, ids) = columns(dispatches, |id| id.0);
    sqlx::query(
        "UPDATE dispatch d SET holder = NULL FROM UNNEST($1::text[], $2::uuid[]) AS x (tenant, id)
         WHERE d.tenant = x.tenant AND d.id = x.id AND d.holder = $3",
    )
    .bind(&tenants)
    .bind(&ids)
    .bind(worker.0)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn again(
    connection: &mut PgConnection,
    dispatches: &[(TenantId, DispatchId)],
    at: DateTime<Utc>,
) -> Result<(), Fault> {
    let (tenants, ids) = columns(dispatches, |id| id.0);
    sqlx::query(
        "UPDATE dispatch d SET publish_after = $3, holder = NULL
         FROM UNNEST($1::text[], $2::uuid[]) AS x (tenant, id)
         WHERE d.tenant = x.tenant AND d.id = x.id",
    )
    .bind(&tenants)
    .bind(&ids)
    .bind(at)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn all(connection: &mut PgConnection, now: DateTime<Utc>) -> Result<u64, Fault> {
    // A holder without a heartbeat: that worker is gone, and may have begun.
    let update = sqlx::query("UPDATE dispatch SET publish_after = $1, holder = $2")
        .bind(now)
        .bind(uuid::Uuid::nil());
    Ok(update.execute(connection).await?.rows_affected())
}

pub(super) async fn take_due(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    alive_since: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<Dispatch>, Fault> {
    let rows = sqlx::query(concat!(
        "WITH due AS MATERIALIZED (
             SELECT d.tenant, d.id, d.holder IS NOT NULL AS suspect FROM dispatch d
             WHERE d.publish_after <= $1 AND NOT EXISTS (
                 SELECT FROM workers w WHERE w.id = d.holder AND w.heartbeat_at >= $2) AND ",
        not_suspended!("d.tenant"),
        "
             ORDER BY d.publish_after LIMIT $3
             FOR UPDATE OF d SKIP LOCKED
         )
         UPDATE dispatch d SET epoch = d.epoch + 1, holder = NULL,
             publish_after = $1 + make_interval(secs => $4) * least(power(2, d.epoch + 1), $5)
         FROM due WHERE d.tenant = due.tenant AND d.id = due.id
         RETURNING d.tenant, d.id, d.channel, d.lane, d.epoch, d.size, d.publish_after, due.suspect",
    ))
    .bind(now)
    .bind(alive_since)
    .bind(i64::from(limit))
    .bind(Dispatch::WINDOW.as_seconds_f64())
    .bind(f64::from(Dispatch::WINDOWS))
    .fetch_all(connection)
    .await?;
    let mut dispatches = rows
        .iter()
        .map(|row| dispatch(&mut Reader::new(row, "dispatch")))
        .collect::<Result<Vec<_>, _>>()?;
    dispatches.sort_by_key(|d| (d.lane.rank(), d.id));
    Ok(dispatches)
}

/// The next columns: tenant, id, channel, lane, epoch, size, publish_after, suspect.
pub(super) fn dispatch(reader: &mut Reader<'_>) -> Result<Dispatch, Fault> {
    Ok(Dispatch {
        tenant: reader.tenant()?,
        id: DispatchId(reader.next("id")?),
        channel: reader.channel()?,
        lane: Lane::from_rank(reader.next("lane")?),
        epoch: reader.next("epoch")?,
        size: usize::try_from(reader.unsigned("size")?).unwrap_or(usize::MAX),
        publish_after: reader.next("publish_after")?,
        suspect: reader.next("suspect")?,
    })
}
