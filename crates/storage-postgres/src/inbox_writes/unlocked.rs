//! Marks of a notification of which nothing can leave any more: without a lock, in two statements.
//!
//! Most marks are of these: the inbox alone shows it, or its deliveries have come to their ends. A plan stores all lines
//! of a notification at once, so where some are stored and none is open, none is under way.

use campanile_domain::{InboxChange, InboxMarks, NotificationId, TenantId, UserId, Withdrawal};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::connection::{Kind, Scope, alone, scope};
use crate::error::{Fault, alone_fault};
use crate::pool::Pool;
use crate::rows::{Reader, marks_columns};

/// The result.
pub(super) enum Unlocked {
    /// The user has no such notification.
    Absent,
    /// It bears the marks.
    Changed,
    /// Something may have to be called back, or it was changed meanwhile: not without the lock.
    NeedsLock,
}

/// Whose notification. It is looked up by its key; the user is only compared (`IS NOT DISTINCT FROM`, which no index
/// answers), or the planner might go through all of theirs.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) tenant: &'a TenantId,
    pub(super) user: &'a UserId,
    pub(super) id: NotificationId,
}

/// What it bears.
struct Found {
    marks: InboxMarks,
    /// Whether a delivery is open or may come to be.
    may_leave: bool,
}

/// Changes the marks if that calls nothing back. Run again, it finds them changed.
pub(super) async fn change(
    pool: &Pool,
    place: Place<'_>,
    change: InboxChange,
    now: DateTime<Utc>,
) -> Result<Unlocked, Fault> {
    let found = alone!(pool, Kind::Read, |connection| {
        look(connection, place, now).await
    })?;
    let Some(found) = found else {
        return Ok(Unlocked::Absent);
    };
    let marks = found.marks.after(change, now);
    let withdrawn = Withdrawal::of(marks.read_at, marks.archived_at, None, None).is_some();
    if withdrawn && found.may_leave {
        return Ok(Unlocked::NeedsLock);
    }
    if marks == found.marks {
        return Ok(Unlocked::Changed);
    }
    let is_changed = alone!(pool, Kind::Write, |connection| {
        replace(connection, place, found.marks, marks, now).await
    })?;
    Ok(match is_changed {
        true => Unlocked::Changed,
        false => Unlocked::NeedsLock,
    })
}

async fn look(
    connection: &mut PgConnection,
    Place { tenant, user, id }: Place<'_>,
    now: DateTime<Utc>,
) -> Result<Option<Found>, Fault> {
    let row = sqlx::query(concat!(
        scope!(),
        " SELECT n.* FROM scope CROSS JOIN LATERAL (SELECT ",
        marks_columns!(),
        ", n.channels IS DISTINCT FROM '{in_app}' AND coalesce((
               SELECT bool_or(d.state IN ('queued', 'deferred', 'retrying')) FROM deliveries d
               WHERE d.tenant = n.tenant AND d.notification_id = $2
           ), true)
           FROM notifications n
           WHERE n.tenant = scope.tenants AND n.id = $2 AND n.user_id IS NOT DISTINCT FROM $3
               AND n.deleted_at IS NULL
               AND (n.send_at IS NULL OR n.send_at <= $4)
               AND (n.send_at > n.cancelled_at) IS NOT TRUE
           LIMIT 1
         ) n"
    ))
    .bind(Scope::one(tenant).as_str())
    .bind(id.0)
    .bind(user.as_str())
    .bind(now)
    .fetch_optional(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "notifications");
        Ok(Found {
            marks: reader.marks()?,
            may_leave: reader.next("channels")?,
        })
    };
    row.as_ref().map(read).transpose()
}

/// Whether it still bore the marks that were found.
async fn replace(
    connection: &mut PgConnection,
    Place { tenant, user, id }: Place<'_>,
    found: InboxMarks,
    marks: InboxMarks,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let changed = sqlx::query(concat!(
        scope!(),
        " UPDATE notifications n
          SET read_at = $4, seen_at = $5, archived_at = $6, snoozed_until = $7, updated_at = $8
          FROM scope
          WHERE n.tenant = scope.tenants AND n.id = $2 AND n.user_id IS NOT DISTINCT FROM $3
               AND n.deleted_at IS NULL
              AND (",
        marks_columns!(),
        ") IS NOT DISTINCT FROM
                  ($9::timestamptz, $10::timestamptz, $11::timestamptz, $12::timestamptz)"
    ))
    .bind(Scope::one(tenant).as_str())
    .bind(id.0)
    .bind(user.as_str())
    .bind(marks.read_at)
    .bind(marks.seen_at)
    .bind(marks.archived_at)
    .bind(marks.snoozed_until)
    .bind(now)
    .bind(found.read_at)
    .bind(found.seen_at)
    .bind(found.archived_at)
    .bind(found.snoozed_until)
    .execute(connection)
    .await
    .map_err(alone_fault)?;
    Ok(changed.rows_affected() > 0)
}
