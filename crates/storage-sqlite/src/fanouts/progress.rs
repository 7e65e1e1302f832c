//! How a fan-out stands: what is over is told by its own row, the rest by its work.

use campanile_domain::{FanoutId, FanoutStatus, TenantId, TopicKey};
use campanile_storage::{FanoutProgress, StorageError};
use sqlx::sqlite::SqliteRow;
use sqlx::{Executor, Sqlite};
use uuid::Uuid;

use crate::error::{storage_error, undecodable};
use crate::rows::{get, get_moment, moment};

/// A query for those that a condition names.
macro_rules! fanouts {
    ($join:literal, $rest:literal) => {
        concat!(
            "SELECT f.id, f.topic, \
             coalesce(f.status, iif(w.cursor IS NULL, 'pending', 'running')) AS now, \
             f.accepted, coalesce(w.expanded, f.expanded) AS expanded, f.send_at, f.expires_at, \
             f.created_at, coalesce(w.updated_at, f.updated_at) AS updated_at, f.finished_at \
             FROM fanouts f ",
            $join,
            " JOIN fanout_work w ON w.tenant = f.tenant AND w.id = f.id WHERE f.tenant = ?1 AND ",
            $rest
        )
    };
}

const ONE: &str = fanouts!("LEFT", "f.id = ?2");
const PAGE: &str = fanouts!(
    "LEFT",
    "f.id < ?2 AND (?3 IS NULL OR now = ?3) ORDER BY f.id DESC LIMIT ?4"
);
/// Of what is not over there is little, and its work tells which.
const OPEN: &str = fanouts!(
    "INNER",
    "f.id < ?2 AND now = ?3 ORDER BY f.id DESC LIMIT ?4"
);

pub(super) async fn of(
    connection: impl Executor<'_, Database = Sqlite>,
    tenant: &TenantId,
    id: FanoutId,
) -> Result<Option<FanoutProgress>, StorageError> {
    let row = sqlx::query(ONE)
        .bind(tenant.as_str())
        .bind(id.0)
        .fetch_optional(connection)
        .await
        .map_err(storage_error)?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn page(
    connection: impl Executor<'_, Database = Sqlite>,
    tenant: &TenantId,
    status: Option<FanoutStatus>,
    after: Option<FanoutId>,
    limit: u32,
) -> Result<Vec<FanoutProgress>, StorageError> {
    let is_open = status.is_some_and(|status| !status.is_final());
    let rows = sqlx::query(if is_open { OPEN } else { PAGE })
        .bind(tenant.as_str())
        .bind(after.map_or(Uuid::max(), |id| id.0))
        .bind(status.map(FanoutStatus::name))
        .bind(limit)
        .fetch_all(connection)
        .await
        .map_err(storage_error)?;
    rows.iter().map(read).collect()
}

fn read(row: &SqliteRow) -> Result<FanoutProgress, StorageError> {
    let number = |n: i64| u64::try_from(n).unwrap_or(0);
    Ok(FanoutProgress {
        id: FanoutId(get(row, "id")?),
        topic: TopicKey::parse(get(row, "topic")?)
            .map_err(|error| undecodable("fanouts", "topic", error))?,
        status: get::<&str>(row, "now")?
            .parse::<FanoutStatus>()
            .map_err(|error| undecodable("fanouts", "status", error))?,
        accepted: number(get(row, "accepted")?),
        expanded: number(get(row, "expanded")?),
        send_at: get_moment(row, "send_at")?,
        expires_at: get_moment(row, "expires_at")?,
        created_at: moment(get(row, "created_at")?)?,
        updated_at: moment(get(row, "updated_at")?)?,
        finished_at: get_moment(row, "finished_at")?,
    })
}
