//! The notes of tenants that have chosen anew: how far the look at what waits is.

use campanile_domain::{DeliveryId, TenantId};
use campanile_storage::{RescheduleCursor, StorageError};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::error::Fault;
use crate::rows::Reader;

pub(super) async fn begin(
    connection: &mut PgConnection,
    tenant: &TenantId,
    after: &RescheduleCursor,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    sqlx::query(
        "INSERT INTO reschedules (tenant, after_user, after_key, stepped_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant) DO UPDATE SET after_user = excluded.after_user,
             after_key = excluded.after_key, stepped_at = excluded.stepped_at",
    )
    .bind(tenant.as_str())
    .bind(&after.user)
    .bind(after.delivery.0)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// A process that steps holds the row, so that two take turns.
pub(super) async fn lock(
    connection: &mut PgConnection,
    tenant: &TenantId,
) -> Result<Option<RescheduleCursor>, Fault> {
    let row =
        sqlx::query("SELECT after_user, after_key FROM reschedules WHERE tenant = $1 FOR UPDATE")
            .bind(tenant.as_str())
            .fetch_optional(connection)
            .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "reschedules");
        Ok(RescheduleCursor {
            user: reader.next("after_user")?,
            delivery: DeliveryId(reader.next("after_key")?),
        })
    };
    row.as_ref().map(read).transpose()
}

pub(super) async fn advance(
    connection: &mut PgConnection,
    tenant: &TenantId,
    to: &RescheduleCursor,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    sqlx::query(
        "UPDATE reschedules SET after_user = $2, after_key = $3, stepped_at = $4 WHERE tenant = $1",
    )
    .bind(tenant.as_str())
    .bind(&to.user)
    .bind(to.delivery.0)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn end(connection: &mut PgConnection, tenant: &TenantId) -> Result<(), Fault> {
    sqlx::query("DELETE FROM reschedules WHERE tenant = $1")
        .bind(tenant.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

/// There are hardly ever any, so no index is worth its writes.
pub(super) async fn broken_off(
    connection: &mut PgConnection,
    before: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<TenantId>, Fault> {
    let rows = sqlx::query(
        "SELECT tenant FROM reschedules WHERE stepped_at < $1 ORDER BY stepped_at LIMIT $2",
    )
    .bind(before)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    // One name that cannot be read must not keep the others from being found.
    let tenant = |row| match Reader::new(row, "reschedules").tenant() {
        Ok(tenant) => Some(tenant),
        Err(fault) => {
            let error = StorageError::from(fault);
            tracing::warn!(%error, "a stored reschedule cannot be decoded");
            None
        }
    };
    Ok(rows.iter().filter_map(tenant).collect())
}

pub(super) async fn put_off(
    connection: &mut PgConnection,
    tenant: &TenantId,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    sqlx::query("UPDATE reschedules SET stepped_at = $2 WHERE tenant = $1")
        .bind(tenant.as_str())
        .bind(now)
        .execute(connection)
        .await?;
    Ok(())
}
