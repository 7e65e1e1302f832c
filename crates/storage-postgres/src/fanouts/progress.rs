//! How a fan-out stands: what is over stands in its own row, the rest by its work and its recall.

use campanile_domain::{FanoutId, FanoutStatus, TenantId, TopicKey};
use campanile_storage::FanoutProgress;
use sqlx::PgConnection;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::connection::count;
use crate::error::Fault;
use crate::rows::Reader;

/// A query for those that a condition names. One statement, so that a step that ends just now is seen
/// whole or not at all.
macro_rules! fanouts {
    ($from:literal, $rest:literal) => {
        concat!(
            "SELECT f.id, f.topic,
                 coalesce(f.status, CASE WHEN w.cursor IS NULL THEN 'pending' ELSE 'running' END),
                 f.accepted, coalesce(w.expanded, f.expanded), f.recalled + coalesce(r.recalled, 0),
                 r.id IS NOT NULL, f.send_at, f.expires_at, f.created_at,
                 coalesce(w.updated_at, r.updated_at, f.updated_at), f.finished_at
             FROM ",
            $from,
            " ON w.tenant = f.tenant AND w.id = f.id
             LEFT JOIN fanout_recalls r ON r.tenant = f.tenant AND r.id = f.id WHERE ",
            $rest
        )
    };
}

const ONE: &str = fanouts!(
    "fanouts f LEFT JOIN fanout_work w",
    "f.tenant = $1 AND f.id = $2"
);
const PAGE: &str = fanouts!(
    "fanouts f LEFT JOIN fanout_work w",
    "f.tenant = $1 AND f.id < $2 ORDER BY f.id DESC LIMIT $3"
);
/// Of what is not over there is little, and its work tells which.
const OPEN: &str = fanouts!(
    "fanout_work w JOIN fanouts f",
    "w.tenant = $1 AND w.id < $2 AND (w.cursor IS NULL) = ($4 = 'pending')
     ORDER BY w.id DESC LIMIT $3"
);
/// What is over has no work.
const OVER: &str = "
    SELECT f.id, f.topic, f.status, f.accepted, f.expanded, f.recalled + coalesce(r.recalled, 0),
        r.id IS NOT NULL, f.send_at, f.expires_at, f.created_at,
        coalesce(r.updated_at, f.updated_at), f.finished_at
    FROM fanouts f LEFT JOIN fanout_recalls r ON r.tenant = f.tenant AND r.id = f.id
    WHERE f.tenant = $1 AND f.id < $2 AND f.status = $4 ORDER BY f.id DESC LIMIT $3";

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
    let sql = match status {
        None => PAGE,
        Some(status) if status.is_final() => OVER,
        Some(_) => OPEN,
    };
    let mut query = sqlx::query(sql)
        .bind(tenant.as_str())
        .bind(after.map_or(Uuid::max(), |id| id.0))
        .bind(i64::from(limit));
    if let Some(status) = status {
        query = query.bind(status.name());
    }
    let rows = query.fetch_all(connection).await?;
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
        recalled: count(reader.next("recalled")?),
        recalling: reader.next("recalling")?,
        send_at: reader.next("send_at")?,
        expires_at: reader.next("expires_at")?,
        created_at: reader.next("created_at")?,
        updated_at: reader.next("updated_at")?,
        finished_at: reader.next("finished_at")?,
    })
}
