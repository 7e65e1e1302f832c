//! What plans leave for later plans.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use campanile_domain::{Mark, MarkKey, MarkPlace, Marks, NotificationId, TenantId, UserId};
use campanile_storage::{EXPIRED_AT_ONCE, PlanMarks, StorageError};
use chrono::{DateTime, Utc};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::SqliteStorage;
use crate::error::{storage_error, undecodable};
use crate::rows::{get, get_moment, micros};

/// Places in one statement, far below SQLite's 32,766 parameters.
const PLACES_PER_STATEMENT: usize = 1_000;

#[async_trait]
impl PlanMarks for SqliteStorage {
    async fn expire_plan_marks(&self, now: DateTime<Utc>) -> Result<u64, StorageError> {
        let mut total = 0;
        loop {
            let removed = self
                .writer
                .write(move |connection| {
                    Box::pin(async move {
                        sqlx::query(
                            "DELETE FROM plan_marks WHERE (tenant, user_id, key) IN ( \
                             SELECT tenant, user_id, key FROM plan_marks WHERE expires_at <= ? \
                             ORDER BY expires_at LIMIT ?)",
                        )
                        .bind(micros(now))
                        .bind(EXPIRED_AT_ONCE as i64)
                        .execute(connection)
                        .await
                        .map(|done| done.rows_affected())
                        .map_err(storage_error)
                    })
                })
                .await?;
            total += removed;
            if removed < EXPIRED_AT_ONCE as u64 {
                return Ok(total);
            }
        }
    }
}

/// The marks that lie at these places of a tenant.
pub(crate) async fn found(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    places: &BTreeSet<&MarkPlace>,
) -> Result<HashMap<MarkPlace, Mark>, StorageError> {
    let places: Vec<_> = places.iter().collect();
    let mut marks = HashMap::with_capacity(places.len());
    for chunk in places.chunks(PLACES_PER_STATEMENT) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT user_id, key, notification_id, marked_at, expires_at FROM plan_marks \
             WHERE tenant = ",
        );
        query.push_bind(tenant.as_str());
        query.push(" AND (user_id, key) IN (");
        query.push_values(chunk, |mut row, place| {
            row.push_bind(place.user.as_str()).push_bind(place.key.0);
        });
        query.push(")");
        let rows = query.build().fetch_all(&mut *connection).await;
        for row in &rows.map_err(storage_error)? {
            let user = UserId::parse(get(row, "user_id")?);
            let place = MarkPlace {
                tenant: tenant.clone(),
                user: user.map_err(|e| undecodable("plan_marks", "user_id", e))?,
                key: MarkKey(get(row, "key")?),
            };
            marks.insert(place, mark(row)?);
        }
    }
    Ok(marks)
}

fn mark(row: &SqliteRow) -> Result<Mark, StorageError> {
    let moment = |column| {
        get_moment(row, column)?.ok_or_else(|| undecodable("plan_marks", column, "no moment"))
    };
    Ok(Mark {
        notification: NotificationId(get(row, "notification_id")?),
        at: moment("marked_at")?,
        until: moment("expires_at")?,
    })
}

/// Keeps what a plan leaves.
pub(crate) async fn leave(
    connection: &mut SqliteConnection,
    marks: &Marks,
) -> Result<(), StorageError> {
    let left: Vec<_> = marks.left().collect();
    for chunk in left.chunks(PLACES_PER_STATEMENT) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT OR REPLACE INTO plan_marks (tenant, user_id, key, notification_id, marked_at, \
             expires_at) ",
        );
        query.push_values(chunk, |mut row, (place, mark)| {
            row.push_bind(place.tenant.as_str())
                .push_bind(place.user.as_str())
                .push_bind(place.key.0)
                .push_bind(mark.notification.0)
                .push_bind(micros(mark.at))
                .push_bind(micros(mark.until));
        });
        let written = query.build().execute(&mut *connection).await;
        written.map_err(storage_error)?;
    }
    Ok(())
}
