//! Rows of groups of alerts.

use campanile_domain::{FanoutId, IngestGroup, IngestId, NotificationId, TenantId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::Fault;
use crate::rows::Reader;

/// Groups in one transaction.
pub(super) const EXPIRED_AT_ONCE: u64 = 1_000;

pub(super) async fn one(
    connection: &mut PgConnection,
    tenant: &TenantId,
    address: IngestId,
    digest: &[u8; 32],
) -> Result<Option<IngestGroup>, Fault> {
    let row = sqlx::query(
        "SELECT last_state, notification_ids, fanout_id, changes, updated_at FROM ingest_groups
         WHERE tenant = $1 AND address_id = $2 AND digest = $3",
    )
    .bind(tenant.as_str())
    .bind(address.0)
    .bind(&digest[..])
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let mut reader = Reader::new(&row, "ingest_groups");
    let state: &[u8] = reader.next("last_state")?;
    let state = state.try_into();
    let state =
        state.map_err(|_| reader.undecodable("last_state", "is not 32 bytes".to_owned()))?;
    let ids: Vec<Uuid> = reader.next("notification_ids")?;
    let fanout: Option<Uuid> = reader.next("fanout_id")?;
    Ok(Some(IngestGroup {
        address,
        digest: *digest,
        state,
        notifications: ids.into_iter().map(NotificationId).collect(),
        fanout: fanout.map(FanoutId),
        changes: reader.next::<i64>("changes")?.unsigned_abs(),
        updated_at: reader.next("updated_at")?,
    }))
}

pub(super) async fn put(
    connection: &mut PgConnection,
    tenant: &TenantId,
    group: &IngestGroup,
) -> Result<(), Fault> {
    let ids: Vec<Uuid> = group.notifications.iter().map(|id| id.0).collect();
    sqlx::query(
        "INSERT INTO ingest_groups AS g (tenant, address_id, digest, last_state, notification_ids, fanout_id, updated_at,
             changes)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (tenant, address_id, digest) DO UPDATE SET
             last_state = excluded.last_state, notification_ids = excluded.notification_ids, fanout_id = excluded.fanout_id,
             updated_at = excluded.updated_at, changes = GREATEST(g.changes, excluded.changes)",
    )
    .bind(tenant.as_str())
    .bind(group.address.0)
    .bind(&group.digest[..])
    .bind(&group.state[..])
    .bind(ids)
    .bind(group.fanout.map(|id| id.0))
    .bind(group.updated_at)
    .bind(i64::try_from(group.changes).unwrap_or(i64::MAX))
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn expire(
    connection: &mut PgConnection,
    before: DateTime<Utc>,
) -> Result<u64, Fault> {
    let done = sqlx::query(
        "WITH over AS MATERIALIZED (
             SELECT tenant, address_id, digest FROM ingest_groups
             WHERE updated_at < $1 ORDER BY updated_at LIMIT $2 FOR UPDATE SKIP LOCKED
         )
         DELETE FROM ingest_groups g USING over o
         WHERE g.tenant = o.tenant AND g.address_id = o.address_id AND g.digest = o.digest",
    )
    .bind(before)
    .bind(i64::try_from(EXPIRED_AT_ONCE).unwrap_or(i64::MAX))
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}
