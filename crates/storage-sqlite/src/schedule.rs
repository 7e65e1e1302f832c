//! Releases what is due.

mod hurry;

use std::collections::BTreeMap;

use async_trait::async_trait;
use campanile_domain::{DeliveryId, DeliveryState, Lane, NotificationId, TenantId, Withdrawal};
use campanile_storage::{Hurry, Planned, Schedule, StorageError};
use chrono::{DateTime, Utc};
use sqlx::{Row, SqliteConnection};
use uuid::Uuid;

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::relay::{Queued, insert_dispatches};
use crate::rows::{channel, get, insert_outbox, micros, tenant, withdrawal, withdrawal_columns};

#[async_trait]
impl Schedule for SqliteStorage {
    async fn release_due(
        &self,
        now: DateTime<Utc>,
        limit: u32,
        dispatch_size: usize,
    ) -> Result<Planned, StorageError> {
        // A look outside the writer first: an idle scheduler must cost no commit.
        let any: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM schedule WHERE due_at <= ?)")
                .bind(micros(now))
                .fetch_one(&self.readers)
                .await
                .map_err(storage_error)?;
        if !any {
            return Ok(Planned::default());
        }
        self.writer
            .write(move |connection| Box::pin(release(connection, now, limit, dispatch_size)))
            .await
    }

    async fn hurry(&self, what: &Hurry<'_>) -> Result<u64, StorageError> {
        let deferred = hurry::deferred(&self.readers, what).await?;
        if deferred.is_empty() {
            return Ok(0);
        }
        let (tenant, now, within) = (what.tenant.clone(), what.now, what.within);
        self.writer
            .write(move |connection| {
                Box::pin(hurry::hurry(connection, tenant, deferred, now, within))
            })
            .await
    }
}

async fn release(
    connection: &mut SqliteConnection,
    now: DateTime<Utc>,
    limit: u32,
    dispatch_size: usize,
) -> Result<Planned, StorageError> {
    let rows = sqlx::query(
        "WITH due AS (SELECT *, row_number() OVER (PARTITION BY tenant ORDER BY due_at) AS place \
             FROM schedule WHERE due_at <= ?1) \
         SELECT tenant, key, kind, notification_id, channel, lane FROM due \
         ORDER BY place, due_at LIMIT ?2",
    )
    .bind(micros(now))
    .bind(limit)
    .fetch_all(&mut *connection)
    .await
    .map_err(storage_error)?;
    let mut planned = Planned {
        more: rows.len() == limit as usize,
        ..Planned::default()
    };
    let mut sends: BTreeMap<(TenantId, i16), Vec<NotificationId>> = BTreeMap::new();
    let mut retries: Queued = BTreeMap::new();
    for row in &rows {
        let (tenant, key): (_, Uuid) = (tenant(row)?, get(row, "key")?);
        let notification = NotificationId(get(row, "notification_id")?);
        let lane: i16 = get(row, "lane")?;
        if get::<&str>(row, "kind")? == "send" {
            planned.notifications += 1;
            sends
                .entry((tenant.clone(), lane))
                .or_default()
                .push(notification);
        } else {
            let channel = channel(get(row, "channel")?)?;
            match still_wanted(connection, &tenant, notification, key, now).await? {
                Due::Wanted => retries
                    .entry((tenant.clone(), channel, Lane::from_rank(lane)))
                    .or_default()
                    .push((notification, DeliveryId(key))),
                Due::Withdrawn(why) => planned.cancelled.add(channel, why),
                Due::Over => {}
            }
        }
        sqlx::query("DELETE FROM schedule WHERE tenant = ? AND key = ?")
            .bind(tenant.as_str())
            .bind(key)
            .execute(&mut *connection)
            .await
            .map_err(storage_error)?;
    }
    for ((tenant, lane), ids) in sends {
        insert_outbox(connection, &tenant, lane, &ids, now).await?;
    }
    planned.dispatches = insert_dispatches(connection, retries, dispatch_size, now).await?;
    Ok(planned)
}

/// What becomes of a retry that is due.
enum Due {
    Wanted,
    /// It is not open any more, or it has just ended for want of time.
    Over,
    /// The user is done with it; it has just been cancelled.
    Withdrawn(Withdrawal),
}

/// Whether a retry is still to be made; one whose deadline has passed or that the user is done with
/// is ended here.
async fn still_wanted(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    notification: NotificationId,
    delivery: Uuid,
    now: DateTime<Utc>,
) -> Result<Due, StorageError> {
    let row = sqlx::query(concat!(
        "SELECT n.expires_at IS NOT NULL AND n.expires_at <= ?1 AS late, ",
        withdrawal_columns!(),
        " FROM deliveries d \
         JOIN notifications n ON n.tenant = d.tenant AND n.id = d.notification_id \
         WHERE d.tenant = ?2 AND d.notification_id = ?3 AND d.id = ?4 \
         AND d.state IN ('queued', 'deferred', 'retrying')",
    ))
    .bind(micros(now))
    .bind(tenant.as_str())
    .bind(notification.0)
    .bind(delivery)
    .fetch_optional(&mut *connection)
    .await
    .map_err(storage_error)?;
    let Some(row) = row else {
        return Ok(Due::Over);
    };
    let late = row.try_get::<bool, _>("late").map_err(storage_error)?;
    let (due, state, reason) = match withdrawal(&row)? {
        Some(why) => (Due::Withdrawn(why), DeliveryState::Cancelled, why.name()),
        None if late => (Due::Over, DeliveryState::Expired, "deadline_passed"),
        None => return Ok(Due::Wanted),
    };
    sqlx::query(
        "UPDATE deliveries SET state = ?, reason = ?, next_attempt_at = NULL, updated_at = ? \
         WHERE tenant = ? AND notification_id = ? AND id = ?",
    )
    .bind(state.name())
    .bind(reason)
    .bind(micros(now))
    .bind(tenant.as_str())
    .bind(notification.0)
    .bind(delivery)
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(due)
}
