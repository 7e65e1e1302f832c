//! How a fan-out stands: what is over is told by its own row, the rest by its work.

use campanile_domain::{FanoutId, FanoutStatus, TenantId, TopicKey};
use campanile_storage::FanoutProgress;
use sqlx::PgConnection;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::connection::count;
use crate::error::Fault;
use crate::rows::Reader;

/// A query for those that a condition names; `status` is theirs. One statement, so that a step that ends
/// just now is seen whole or not at all.
macro_rules! fanouts {
    ($join:literal, $rest:literal) => {
        concat!(
            "SELECT f.id, f.topic, s.status, f.accepted, coalesce(w.expanded, f.expanded),
                 f.send_at, f.expires_at, f.created_at, coalesce(w.updated_at, f.updated_at),
                 f.finished_at
             FROM fanouts f ",
            $join,
            " JOIN fanout_work w ON w.tenant = f.tenant AND w.id = f.id
             CROSS JOIN LATERAL (SELECT coalesce(f.status,
                 CASE WHEN w.cursor IS NULL THEN 'pending' ELSE 'running' END)) AS s (status)
             WHERE f.tenant = $1 AND ",
            $rest
        )
    };
}

const ONE: &str = fanouts!("LEFT", "f.id = $2");
const PAGE: &str = fanouts!(
    "LEFT",
    "f.id < $2 AND ($3::text IS NULL OR s.status = $3) ORDER BY f.id DESC LIMIT $4"
);
/// Of what is not over there is little, and its work tells which.
const OPEN: &str = fanouts!(
    "INNER",
    "f.id < $2 AND s.status = $3 ORDER BY f.id DESC LIMIT $4"
);

pub(super) async fn of(
    connection: &mut PgConnection,
    tenant: &TenantId,
    id: FanoutId,
) -> Result<Option<FanoutProgress>, Fault> {
    let row = sqlx::query(ONE)
        .bind(tenant.as_str())
        .bind(id.0)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn page(
    connection: &mut PgConnection,
    tenant: &TenantId,
    status: Option<FanoutStatus>,
    after: Option<FanoutId>,
    limit: u32,
) -> Result<Vec<FanoutProgress>, Fault> {
    let is_open = status.is_some_and(|status| !status.is_final());
    let rows = sqlx::query(if is_open { OPEN } else { PAGE })
        .bind(tenant.as_str())
        .bind(after.map_or(Uuid::max(), |id| id.0))
        .bind(status.map(FanoutStatus::name))
        .bind(i64::from(limit))
        .fetch_all(connection)
        .await?;
    rows.iter().map(read).collect()
}

fn read(row: &PgRow) -> Result<FanoutProgress, Fault> {
    let mut reader = Reader::new(row, "fanouts");
    Ok(FanoutProgress {
        id: FanoutId(reader.next::<Uuid>("id")?),
        topic: reader.parse("topic", TopicKey::parse)?,
        status: reader.parse("status", str::parse::<FanoutStatus>)?,
        accepted: count(reader.next("accepted")?),
        expanded: count(reader.next("expanded")?),
        send_at: reader.next("send_at")?,
        expires_at: reader.next("expires_at")?,
        created_at: reader.next("created_at")?,
        updated_at: reader.next("updated_at")?,
        finished_at: reader.next("finished_at")?,
    })
}
