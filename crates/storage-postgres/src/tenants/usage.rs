//! How much of its limits a tenant uses.

use campanile_domain::{NotificationId, TenantId};
use campanile_storage::{CountStep, TenantUsage};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::row::whole;
use crate::connection::count;
use crate::error::Fault;
use crate::rows::Reader;

/// A part of the count of notifications.
const STORED: &str = "
    WITH step AS MATERIALIZED (SELECT id FROM notifications WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3)
    SELECT count(*) AS counted, (SELECT id FROM step ORDER BY id DESC LIMIT 1) AS last FROM step";

/// Each count ends at `$3`: it would take as long as there are rows.
const USAGE: &str = "
    SELECT (SELECT count(*) FROM api_keys WHERE tenant = $1 AND revoked_at IS NULL
                AND (expires_at IS NULL OR expires_at > $2)),
        (SELECT count(*) FROM providers WHERE tenant = $1),
        (SELECT count(*) FROM (SELECT FROM template_types WHERE tenant = $1 LIMIT $3) AS counted),
        (SELECT count(*) FROM (SELECT FROM users WHERE tenant = $1 LIMIT $3) AS counted),
        (SELECT count(*) FROM (SELECT FROM devices WHERE tenant = $1 LIMIT $3) AS counted),
        (SELECT count(*) FROM (SELECT FROM topics WHERE tenant = $1 LIMIT $3) AS counted),
        (SELECT count(*) FROM (SELECT FROM dead_letters WHERE tenant = $1 LIMIT $3) AS counted)";

/// All that is counted when it is asked for.
pub(super) async fn all(
    connection: &mut PgConnection,
    id: &TenantId,
    now: DateTime<Utc>,
) -> Result<TenantUsage, Fault> {
    let row = sqlx::query(USAGE)
        .bind(id.as_str())
        .bind(now)
        .bind(i64::from(TenantUsage::COUNTED))
        .fetch_one(connection)
        .await?;
    let mut reader = Reader::new(&row, "tenants");
    Ok(TenantUsage {
        api_keys: count(reader.next("api_keys")?),
        providers: count(reader.next("providers")?),
        types: count(reader.next("types")?),
        users: count(reader.next("users")?),
        devices: count(reader.next("devices")?),
        topics: count(reader.next("topics")?),
        dead_letters: count(reader.next("dead_letters")?),
    })
}

/// What waits, each part up to `most`.
pub(super) async fn queued(
    connection: &mut PgConnection,
    id: &TenantId,
    most: u32,
) -> Result<u64, Fault> {
    let queued: Option<i64> = sqlx::query_scalar("SELECT campanile_queued($1, $2)")
        .bind(id.as_str())
        .bind(whole(most))
        .fetch_one(connection)
        .await?;
    Ok(count(queued.unwrap_or_default()))
}

/// A step of the count of what is stored.
pub(super) async fn stored(
    connection: &mut PgConnection,
    id: &TenantId,
    after: Option<NotificationId>,
    limit: u32,
) -> Result<CountStep, Fault> {
    let row = sqlx::query(STORED)
        .bind(id.as_str())
        .bind(after.map_or_else(Uuid::nil, |id| id.0))
        .bind(i64::from(limit))
        .fetch_one(connection)
        .await?;
    let mut reader = Reader::new(&row, "notifications");
    let counted: i64 = reader.next("counted")?;
    let last: Option<Uuid> = reader.next("last")?;
    let counted = u32::try_from(counted).unwrap_or(limit);
    Ok(CountStep {
        counted,
        last: last.filter(|_| counted == limit).map(NotificationId),
    })
}
