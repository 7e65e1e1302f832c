//! What becomes of a delivery that is due: asked of the same function that planned it.

use campanile_domain::{
    Channel, Deferral, DeliveryId, DeliveryState, LostAddress, NotificationId, NotificationType,
    Occasion, Priority, TenantId, UserId, Verdict,
};
use campanile_storage::{Planned, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::address_book::{Lost, readdress};
use crate::deferred::{self, Deferred, written};
use crate::error::storage_error;
use crate::preferences::effective_preferences;
use crate::rows::{get, get_moment, holder_column, micros, withdrawal, withdrawal_columns};

/// A row of the schedule that is due.
pub(super) struct Due<'a> {
    pub(super) tenant: &'a TenantId,
    pub(super) notification: NotificationId,
    pub(super) delivery: DeliveryId,
    pub(super) channel: Channel,
    pub(super) lane: i16,
}

/// Whether it leaves now. If it does not, what becomes of it is written and counted here; one that is
/// not open any more stays as it is.
pub(super) async fn leaves(
    connection: &mut SqliteConnection,
    due: &Due<'_>,
    planned: &mut Planned,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let row = sqlx::query(concat!(
        "SELECT n.user_id, n.notification_type, n.priority, n.expires_at, ",
        holder_column!(),
        ", ",
        withdrawal_columns!(),
        " FROM deliveries d \
         JOIN notifications n ON n.tenant = d.tenant AND n.id = d.notification_id \
         WHERE d.tenant = ? AND d.notification_id = ? AND d.id = ? \
         AND d.state IN ('queued', 'deferred', 'retrying')",
    ))
    .bind(due.tenant.as_str())
    .bind(due.notification.0)
    .bind(due.delivery.0)
    .fetch_optional(&mut *connection)
    .await
    .map_err(storage_error)?;
    let Some(row) = row else {
        return Ok(false);
    };
    let withdrawn = withdrawal(&row)?;
    let told = told(&row)?;
    let mut verdict = Verdict::Leaves;
    let (state, reason, until) = match (withdrawn, &told) {
        (Some(why), _) => {
            planned.cancelled.add(due.channel, why);
            (DeliveryState::Cancelled, Some(why.name()), None)
        }
        (None, Some((user, notification_type, priority))) => {
            let users = std::slice::from_ref(user);
            let choices = effective_preferences(connection, due.tenant, users).await?;
            let occasion = Occasion {
                notification_type,
                priority: *priority,
                expires_at: get_moment(&row, "expires_at")?,
            };
            let lost = LostAddress::of(due.channel, user, get(&row, "holder")?);
            verdict = Verdict::of(occasion, due.channel, &choices.of(user), lost, now);
            verdict.told()
        }
        (None, None) => verdict.told(),
    };
    let Some(reason) = reason else {
        return Ok(true);
    };
    match state {
        DeliveryState::Suppressed => planned.suppressed.add(due.channel, reason),
        DeliveryState::Deferred => planned.deferred.add(due.channel, reason),
        _ => {}
    }
    settle(connection, due, (state, reason, until), now).await?;
    if let (Some(until), Some((user, ..))) = (until, &told) {
        let waits = Deferred {
            tenant: due.tenant,
            user,
            notification: due.notification,
            delivery: due.delivery,
            channel: due.channel,
            lane: due.lane,
            until,
        };
        deferred::insert(connection, &waits).await?;
    }
    if let (Verdict::Lost(_), Some((user, ..))) = (verdict, &told) {
        let lost = Lost {
            tenant: due.tenant,
            user,
            notification: due.notification,
            delivery: due.delivery,
            channel: due.channel,
            lane: due.lane,
        };
        readdress(connection, &lost, now).await?;
    }
    Ok(false)
}

/// What a verdict looks at; `None` where this version cannot read it: whoever loads it puts it aside.
fn told(row: &SqliteRow) -> Result<Option<(UserId, NotificationType, Priority)>, StorageError> {
    let user = UserId::parse(get(row, "user_id")?).ok();
    let kind = NotificationType::parse(get(row, "notification_type")?).ok();
    let priority = get::<&str>(row, "priority")?.parse().ok();
    Ok(user
        .zip(kind)
        .zip(priority)
        .map(|((user, kind), priority)| (user, kind, priority)))
}

/// A deferral is added to the others, or takes the place of the last if there are as many as are kept.
async fn settle(
    connection: &mut SqliteConnection,
    due: &Due<'_>,
    (state, reason, until): (DeliveryState, &'static str, Option<DateTime<Utc>>),
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sqlx::query(
        "UPDATE deliveries SET state = ?1, reason = ?2, next_attempt_at = ?3, updated_at = ?4, \
         deferrals = CASE WHEN ?5 IS NULL THEN deferrals \
             WHEN json_array_length(deferrals) >= ?6 \
                 THEN json_set(deferrals, '$[#-1]', json(?5)) \
             ELSE json_insert(coalesce(deferrals, '[]'), '$[#]', json(?5)) END \
         WHERE tenant = ?7 AND notification_id = ?8 AND id = ?9",
    )
    .bind(state.name())
    .bind(reason)
    .bind(until.map(micros))
    .bind(micros(now))
    .bind(until.map(|until| written(now, reason, until)))
    .bind(Deferral::KEPT as i64)
    .bind(due.tenant.as_str())
    .bind(due.notification.0)
    .bind(due.delivery.0)
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}
