//! What plans leave for later plans.

mod hold;
mod leave;

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use campanile_domain::{Mark, MarkKey, MarkPlace, NotificationId, UserId};
use campanile_storage::{EXPIRED_AT_ONCE, PlanMarks, StorageError};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, limit, transact};
use crate::error::Fault;
use crate::rows::Reader;
pub(crate) use hold::hold;
pub(crate) use leave::leave;

#[async_trait]
impl PlanMarks for PostgresStorage {
    async fn expire_plan_marks(&self, now: DateTime<Utc>) -> Result<u64, StorageError> {
        let mut total = 0;
        loop {
            let pool = &self.pools.worker;
            let some = transact!(pool, Kind::Write, &Scope::none(), |connection| {
                let done = sqlx::query(
                    "WITH over AS MATERIALIZED (
                         SELECT tenant, user_id, key FROM plan_marks
                         WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2
                         FOR UPDATE SKIP LOCKED
                     )
                     DELETE FROM plan_marks m USING over o
                     WHERE m.tenant = o.tenant AND m.user_id = o.user_id AND m.key = o.key",
                )
                .bind(now)
                .bind(limit(EXPIRED_AT_ONCE))
                .execute(connection)
                .await?;
                Ok(done.rows_affected())
            });
            let removed = some?;
            total += removed;
            if removed < EXPIRED_AT_ONCE as u64 {
                return Ok(total);
            }
        }
    }
}

/// The marks at these places; no caller waits for them.
pub(crate) async fn look(
    connection: &mut PgConnection,
    places: &BTreeSet<&MarkPlace>,
) -> Result<HashMap<MarkPlace, Mark>, Fault> {
    let tenants: Vec<_> = places.iter().map(|at| at.tenant.as_str()).collect();
    let rows = sqlx::query(
        "SELECT m.tenant, m.user_id, m.key, m.notification_id, m.marked_at, m.expires_at
         FROM UNNEST($1::text[], $2::text[], $3::uuid[]) AS x (tenant, user_id, key)
         CROSS JOIN LATERAL (
             SELECT * FROM plan_marks m
             WHERE m.tenant = x.tenant AND m.user_id = x.user_id AND m.key = x.key OFFSET 0
         ) m",
    )
    .bind(tenants)
    .bind(users(places.iter().copied()))
    .bind(keys(places.iter().copied()))
    .fetch_all(connection)
    .await?;
    marks(&rows)
}

fn users<'p>(places: impl IntoIterator<Item = &'p MarkPlace>) -> Vec<&'p str> {
    places.into_iter().map(|at| at.user.as_str()).collect()
}

fn keys<'p>(places: impl IntoIterator<Item = &'p MarkPlace>) -> Vec<Uuid> {
    places.into_iter().map(|at| at.key.0).collect()
}

/// The marks among rows; some may be places without a mark.
fn marks(rows: &[PgRow]) -> Result<HashMap<MarkPlace, Mark>, Fault> {
    let mut found = HashMap::new();
    for row in rows {
        let mut reader = Reader::new(row, "plan_marks");
        let place = MarkPlace {
            tenant: reader.tenant()?,
            user: reader.parse("user_id", UserId::parse)?,
            key: MarkKey(reader.next("key")?),
        };
        let Some(notification) = reader.next::<Option<Uuid>>("notification_id")? else {
            continue;
        };
        let mark = Mark {
            notification: NotificationId(notification),
            at: reader.next("marked_at")?,
            until: reader.next("expires_at")?,
        };
        found.insert(place, mark);
    }
    Ok(found)
}
