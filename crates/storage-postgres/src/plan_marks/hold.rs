//! Being alone with places while a plan decides.

use std::collections::{BTreeSet, HashMap};

use campanile_domain::{Mark, MarkPlace};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{keys, marks, users};
use crate::error::Fault;

/// Locks these places until the transaction ends, whether they are marked or not, and gives the marks.
///
/// A row that is put there or written anew holds off every other plan that asks for its place; a mere
/// lock could not hold off two that both find nothing. All plans take places in one order, so that no
/// two wait for each other in a circle.
pub(crate) async fn hold(
    connection: &mut PgConnection,
    places: &BTreeSet<&MarkPlace>,
    now: DateTime<Utc>,
) -> Result<HashMap<MarkPlace, Mark>, Fault> {
    if places.is_empty() {
        return Ok(HashMap::new());
    }
    let tenants: Vec<_> = places.iter().map(|at| at.tenant.as_str()).collect();
    let rows = sqlx::query(
        "INSERT INTO plan_marks AS m (tenant, user_id, key, marked_at, expires_at)
         SELECT x.tenant, x.user_id, x.key, $4, $4
         FROM UNNEST($1::text[], $2::text[], $3::uuid[]) AS x (tenant, user_id, key)
         ORDER BY x.tenant, x.user_id, x.key
         ON CONFLICT (tenant, user_id, key) DO UPDATE SET expires_at = m.expires_at
         RETURNING m.tenant, m.user_id, m.key, m.notification_id, m.marked_at, m.expires_at",
    )
    .bind(tenants)
    .bind(users(places.iter().copied()))
    .bind(keys(places.iter().copied()))
    .bind(now)
    .fetch_all(connection)
    .await?;
    marks(&rows)
}
