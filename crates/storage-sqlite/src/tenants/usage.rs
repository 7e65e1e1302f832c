//! How much of its limits a tenant uses.

use campanile_domain::{NotificationId, TenantId};
use campanile_storage::{CountStep, StorageError, TenantUsage};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use uuid::Uuid;

use crate::error::storage_error;
use crate::rows::{get, micros};

/// What waits; each part is counted up to `?2` rows. An entry of `notification_ids` has 16 bytes.
const QUEUED: &str = "
    SELECT (SELECT coalesce(sum(length(notification_ids) / 16), 0)
            FROM (SELECT notification_ids FROM outbox WHERE tenant = ?1 LIMIT ?2))
        + (SELECT coalesce(sum(size), 0) FROM (SELECT size FROM dispatch WHERE tenant = ?1 LIMIT ?2))
        + (SELECT count(*) FROM (SELECT 1 FROM schedule WHERE tenant = ?1 LIMIT ?2))";

/// A part of the count of notifications.
const STORED: &str = "
    WITH step AS MATERIALIZED (SELECT id FROM notifications WHERE tenant = ?1 AND id > ?2 ORDER BY id LIMIT ?3)
    SELECT count(*) AS counted, max(id) AS last FROM step";

/// Each count ends at `?3`: it would take as long as there are rows.
const USAGE: &str = "
    SELECT (SELECT count(*) FROM api_keys WHERE tenant = ?1 AND revoked_at IS NULL
                AND (expires_at IS NULL OR expires_at > ?2)) AS api_keys,
        (SELECT count(*) FROM providers WHERE tenant = ?1) AS providers,
        (SELECT count(*) FROM (SELECT 1 FROM template_types WHERE tenant = ?1 LIMIT ?3)) AS types,
        (SELECT count(*) FROM (SELECT 1 FROM users WHERE tenant = ?1 LIMIT ?3)) AS users,
        (SELECT count(*) FROM (SELECT 1 FROM devices WHERE tenant = ?1 LIMIT ?3)) AS devices,
        (SELECT count(*) FROM (SELECT 1 FROM topics WHERE tenant = ?1 LIMIT ?3)) AS topics,
        (SELECT count(*) FROM (SELECT 1 FROM dead_letters WHERE tenant = ?1 LIMIT ?3)) AS dead_letters";

/// All that is counted when it is asked for.
pub(super) async fn all(
    connection: &mut SqliteConnection,
    id: &TenantId,
    now: DateTime<Utc>,
) -> Result<TenantUsage, StorageError> {
    let row = sqlx::query(USAGE)
        .bind(id.as_str())
        .bind(micros(now))
        .bind(TenantUsage::COUNTED)
        .fetch_one(connection)
        .await
        .map_err(storage_error)?;
    let number = |column| {
        let number: i64 = get(&row, column)?;
        Ok::<_, StorageError>(u64::try_from(number).unwrap_or(0))
    };
    Ok(TenantUsage {
        api_keys: number("api_keys")?,
        providers: number("providers")?,
        types: number("types")?,
        users: number("users")?,
        devices: number("devices")?,
        topics: number("topics")?,
        dead_letters: number("dead_letters")?,
    })
}

/// What waits, each part up to `most`.
pub(super) async fn queued(
    connection: &mut SqliteConnection,
    id: &TenantId,
    most: u32,
) -> Result<u64, StorageError> {
    let queued: i64 = sqlx::query_scalar(QUEUED)
        .bind(id.as_str())
        .bind(most)
        .fetch_one(connection)
        .await
        .map_err(storage_error)?;
    Ok(u64::try_from(queued).unwrap_or(0))
}

/// A step of the count of what is stored.
pub(super) async fn stored(
    connection: &mut SqliteConnection,
    id: &TenantId,
    after: Option<NotificationId>,
    limit: u32,
) -> Result<CountStep, StorageError> {
    let row = sqlx::query(STORED)
        .bind(id.as_str())
        .bind(after.map_or_else(Uuid::nil, |id| id.0))
        .bind(limit)
        .fetch_one(connection)
        .await
        .map_err(storage_error)?;
    let (counted, last): (u32, Option<Uuid>) = (get(&row, "counted")?, get(&row, "last")?);
    Ok(CountStep {
        counted,
        last: last.filter(|_| counted == limit).map(NotificationId),
    })
}
