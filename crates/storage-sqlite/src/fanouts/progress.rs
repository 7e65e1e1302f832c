//! How a fan-out stands: what is over stands in its own row, the rest by its work and its recall.

use campanile_domain::{FanoutId, FanoutStatus, TenantId, TopicKey};
use campanile_storage::{FanoutProgress, StorageError};
use sqlx::sqlite::SqliteRow;
use sqlx::{Executor, Sqlite};
use uuid::Uuid;

use crate::error::{storage_error, undecodable};
use crate::rows::{get, get_moment, moment};

/// A query for those that a condition names.
macro_rules! fanouts {
    ($from:literal, $rest:literal) => {
        concat!(
            "SELECT f.id, f.topic, \
             coalesce(f.status, iif(w.cursor IS NULL, 'pending', 'running')) AS status, \
             f.accepted, coalesce(w.expanded, f.expanded) AS expanded, \
             f.recalled + coalesce(r.recalled, 0) AS recalled, r.id IS NOT NULL AS recalling, \
             f.send_at, f.expires_at, f.created_at, \
             coalesce(w.updated_at, r.updated_at, f.updated_at) AS updated_at, f.finished_at \
             FROM ",
            $from,
            " ON w.tenant = f.tenant AND w.id = f.id \
             LEFT JOIN fanout_recalls r ON r.tenant = f.tenant AND r.id = f.id WHERE ",
            $rest
        )
    };
}

const ONE: &str = fanouts!(
    "fanouts f LEFT JOIN fanout_work w",
    "f.tenant = ?1 AND f.id = ?2"
);
const PAGE: &str = fanouts!(
    "fanouts f LEFT JOIN fanout_work w",
    "f.tenant = ?1 AND f.id < ?2 ORDER BY f.id DESC LIMIT ?3"
);
/// Of what is not over there is little, and its work tells which: `CROSS` keeps it the first.
const OPEN: &str = fanouts!(
    "fanout_work w CROSS JOIN fanouts f",
    "w.tenant = ?1 AND w.id < ?2 AND (w.cursor IS NULL) = (?4 = 'pending') \
     ORDER BY w.id DESC LIMIT ?3"
);
/// What is over has no work.
const OVER: &str = "\
    SELECT f.id, f.topic, f.status, f.accepted, f.expanded, \
    f.recalled + coalesce(r.recalled, 0) AS recalled, r.id IS NOT NULL AS recalling, f.send_at, \
    f.expires_at, f.created_at, coalesce(r.updated_at, f.updated_at) AS updated_at, f.finished_at \
    FROM fanouts f LEFT JOIN fanout_recalls r ON r.tenant = f.tenant AND r.id = f.id \
    WHERE f.tenant = ?1 AND f.id < ?2 AND f.status = ?4 ORDER BY f.id DESC LIMIT ?3";

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
    let sql = match status {
        None => PAGE,
        Some(status) if status.is_final() => OVER,
        Some(_) => OPEN,
    };
    let mut query = sqlx::query(sql)
        .bind(tenant.as_str())
        .bind(after.map_or(Uuid::max(), |id| id.0))
        .bind(limit);
    if let Some(status) = status {
        query = query.bind(status.name());
    }
    let rows = query.fetch_all(connection).await.map_err(storage_error)?;
    rows.iter().map(read).collect()
}

fn read(row: &SqliteRow) -> Result<FanoutProgress, StorageError> {
    let number = |n: i64| u64::try_from(n).unwrap_or(0);
    Ok(FanoutProgress {
        id: FanoutId(get(row, "id")?),
        topic: TopicKey::parse(get(row, "topic")?)
            .map_err(|error| undecodable("fanouts", "topic", error))?,
        status: get::<&str>(row, "status")?
            .parse::<FanoutStatus>()
            .map_err(|error| undecodable("fanouts", "status", error))?,
        accepted: number(get(row, "accepted")?),
        expanded: number(get(row, "expanded")?),
        recalled: number(get(row, "recalled")?),
        recalling: get(row, "recalling")?,
        send_at: get_moment(row, "send_at")?,
        expires_at: get_moment(row, "expires_at")?,
        created_at: moment(get(row, "created_at")?)?,
        updated_at: moment(get(row, "updated_at")?)?,
        finished_at: get_moment(row, "finished_at")?,
    })
}
