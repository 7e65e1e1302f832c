//! How a fan-out stands: what is over is told by its own row, the rest by its work.

use campanile_domain::{FanoutId, FanoutStatus, TenantId, TopicKey};
use campanile_storage::{FanoutProgress, StorageError};
use sqlx::{Executor, Sqlite};

use crate::error::{storage_error, undecodable};
use crate::rows::{get, get_moment, moment};

pub(super) async fn of(
    connection: impl Executor<'_, Database = Sqlite>,
    tenant: &TenantId,
    id: FanoutId,
) -> Result<Option<FanoutProgress>, StorageError> {
    let row = sqlx::query(
        "SELECT f.topic, coalesce(f.status, iif(w.cursor IS NULL, 'pending', 'running')) AS status, \
         f.accepted, coalesce(w.expanded, f.expanded) AS expanded, f.send_at, f.expires_at, \
         f.created_at, coalesce(w.updated_at, f.updated_at) AS updated_at, f.finished_at \
         FROM fanouts f LEFT JOIN fanout_work w ON w.tenant = f.tenant AND w.id = f.id \
         WHERE f.tenant = ? AND f.id = ?",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    let Some(row) = row else { return Ok(None) };
    let number = |n: i64| u64::try_from(n).unwrap_or(0);
    Ok(Some(FanoutProgress {
        id,
        topic: TopicKey::parse(get(&row, "topic")?)
            .map_err(|error| undecodable("fanouts", "topic", error))?,
        status: get::<&str>(&row, "status")?
            .parse::<FanoutStatus>()
            .map_err(|error| undecodable("fanouts", "status", error))?,
        accepted: number(get(&row, "accepted")?),
        expanded: number(get(&row, "expanded")?),
        send_at: get_moment(&row, "send_at")?,
        expires_at: get_moment(&row, "expires_at")?,
        created_at: moment(get(&row, "created_at")?)?,
        updated_at: moment(get(&row, "updated_at")?)?,
        finished_at: get_moment(&row, "finished_at")?,
    }))
}
