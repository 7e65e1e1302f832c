//! Keeping what a plan leaves.

use campanile_domain::Marks;
use sqlx::PgConnection;

use super::{keys, users};
use crate::error::Fault;

/// Writes the marks of a turn, whose places [`super::hold`] has locked.
pub(crate) async fn leave(connection: &mut PgConnection, marks: &Marks) -> Result<(), Fault> {
    let places = || marks.left().map(|(place, _)| place);
    let left = || marks.left().map(|(_, mark)| mark);
    let tenants: Vec<_> = places().map(|at| at.tenant.as_str()).collect();
    if tenants.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "UPDATE plan_marks m SET notification_id = x.notification_id, marked_at = x.marked_at,
             expires_at = x.expires_at
         FROM UNNEST($1::text[], $2::text[], $3::uuid[], $4::uuid[], $5::timestamptz[],
             $6::timestamptz[]) AS x (tenant, user_id, key, notification_id, marked_at, expires_at)
         WHERE m.tenant = x.tenant AND m.user_id = x.user_id AND m.key = x.key",
    )
    .bind(tenants)
    .bind(users(places()))
    .bind(keys(places()))
    .bind(left().map(|mark| mark.notification.0).collect::<Vec<_>>())
    .bind(left().map(|mark| mark.at).collect::<Vec<_>>())
    .bind(left().map(|mark| mark.until).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}
