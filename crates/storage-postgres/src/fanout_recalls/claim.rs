//! Choosing a recall whose turn it is, and locking it.

use campanile_domain::{FanoutId, TenantId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::Fault;
use crate::rows::Reader;

/// A recall that this transaction has locked.
pub(super) struct Recall {
    pub(super) tenant: TenantId,
    pub(super) id: FanoutId,
    /// When it was last stepped.
    pub(super) updated_at: DateTime<Utc>,
}

/// Recalls are few, and gone within seconds: all of them are looked at.
pub(super) async fn claim(
    connection: &mut PgConnection,
    after: Option<&TenantId>,
    now: DateTime<Utc>,
) -> Result<Option<Recall>, Fault> {
    let row = sqlx::query(
        "SELECT tenant, id, updated_at FROM fanout_recalls WHERE due_at <= $1
         ORDER BY tenant <= $2, tenant, updated_at, id LIMIT 1 FOR UPDATE SKIP LOCKED",
    )
    .bind(now)
    .bind(after.map_or("", TenantId::as_str))
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let mut reader = Reader::new(&row, "fanout_recalls");
    Ok(Some(Recall {
        tenant: reader.tenant()?,
        id: FanoutId(reader.next::<Uuid>("id")?),
        updated_at: reader.next("updated_at")?,
    }))
}
