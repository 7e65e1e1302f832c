//! How a fan-out stands: what is over is told by its own row, the rest by its work.

use campanile_domain::{FanoutId, FanoutStatus, TenantId, TopicKey};
use campanile_storage::FanoutProgress;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::connection::count;
use crate::error::Fault;
use crate::rows::Reader;

pub(super) async fn of(
    connection: &mut PgConnection,
    tenant: &TenantId,
    id: FanoutId,
) -> Result<Option<FanoutProgress>, Fault> {
    // One statement, so that a step that ends just now is seen whole or not at all.
    let row = sqlx::query(
        "SELECT f.id, f.topic,
             coalesce(f.status, CASE WHEN w.cursor IS NULL THEN 'pending' ELSE 'running' END),
             f.accepted, coalesce(w.expanded, f.expanded), f.send_at, f.expires_at, f.created_at,
             coalesce(w.updated_at, f.updated_at), f.finished_at
         FROM fanouts f LEFT JOIN fanout_work w ON w.tenant = f.tenant AND w.id = f.id
         WHERE f.tenant = $1 AND f.id = $2",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let mut reader = Reader::new(&row, "fanouts");
    Ok(Some(FanoutProgress {
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
    }))
}
