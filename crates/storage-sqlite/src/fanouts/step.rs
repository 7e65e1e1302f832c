//! One step: the notifications of the next subscribers, their outbox rows, what names them, and the new
//! place.

use campanile_domain::{FanoutId, FanoutStatus, NotificationId, TenantId, UserId};
use campanile_storage::{FanoutStep, StepLimits, StorageError};
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::batch;
use super::claim::Work;
use crate::error::storage_error;
use crate::rows::{get, get_moment, insert_outbox, micros};
use crate::topics::subscriber;

/// What a step has to know of its fan-out.
struct Request {
    topic: String,
    as_of: i64,
    in_inbox: bool,
    expires_at: Option<DateTime<Utc>>,
    text_bytes: i64,
}

/// The next subscribers who are to be told.
struct Next {
    users: Vec<UserId>,
    cursor: Option<String>,
    is_last: bool,
}

pub(super) async fn step(
    connection: &mut SqliteConnection,
    limits: &StepLimits,
    work: Work,
    now: DateTime<Utc>,
) -> Result<FanoutStep, StorageError> {
    let request = request(connection, &work).await?;
    let (tenant, id) = (&work.tenant, work.id);
    if request.expires_at.is_some_and(|deadline| deadline <= now) {
        let expired = FanoutStatus::Expired;
        end(connection, tenant, id, expired, 0, now).await?;
        return Ok(done(work, Vec::new(), false, Some(expired)));
    }
    let most = limits.users_of(u64::try_from(request.text_bytes).unwrap_or(0));
    let next = next(connection, &work, &request, most).await?;
    if !next.users.is_empty() {
        notifications(connection, &work, &next.users, now).await?;
    }
    let made = i64::try_from(next.users.len()).unwrap_or(i64::MAX);
    let finished = next.is_last.then_some(FanoutStatus::Done);
    if let Some(status) = finished {
        end(connection, tenant, id, status, made, now).await?;
    } else {
        sqlx::query(
            "UPDATE fanout_work SET cursor = ?3, expanded = ?4, failures = 0, updated_at = ?5 \
             WHERE tenant = ?1 AND id = ?2",
        )
        .bind(tenant.as_str())
        .bind(id.0)
        .bind(&next.cursor)
        .bind(work.expanded + made)
        .bind(micros(now))
        .execute(connection)
        .await
        .map_err(storage_error)?;
    }
    Ok(done(work, next.users, request.in_inbox, finished))
}

fn done(
    work: Work,
    users: Vec<UserId>,
    in_inbox: bool,
    finished: Option<FanoutStatus>,
) -> FanoutStep {
    FanoutStep {
        tenant: work.tenant,
        id: work.id,
        notifications: users.len(),
        inboxes: if in_inbox { users } else { Vec::new() },
        finished,
    }
}

async fn request(connection: &mut SqliteConnection, work: &Work) -> Result<Request, StorageError> {
    let row = sqlx::query(
        "SELECT topic, as_of, in_inbox, expires_at, octet_length(content) \
         + coalesce(octet_length(title), 0) + coalesce(octet_length(body), 0) AS bytes \
         FROM fanouts WHERE tenant = ? AND id = ?",
    )
    .bind(work.tenant.as_str())
    .bind(work.id.0)
    .fetch_one(connection)
    .await
    .map_err(storage_error)?;
    Ok(Request {
        topic: get(&row, "topic")?,
        as_of: get(&row, "as_of")?,
        in_inbox: get(&row, "in_inbox")?,
        expires_at: get_moment(&row, "expires_at")?,
        text_bytes: get(&row, "bytes")?,
    })
}

/// Everybody who follows is looked at, and those who came later are passed over here, so that a step
/// costs the same however many came later.
async fn next(
    connection: &mut SqliteConnection,
    work: &Work,
    request: &Request,
    most: u32,
) -> Result<Next, StorageError> {
    let rows = sqlx::query(
        "SELECT user_id, revision <= ? AS is_told FROM topic_subscribers \
         WHERE tenant = ? AND topic = ? AND user_id > ? ORDER BY user_id LIMIT ?",
    )
    .bind(request.as_of)
    .bind(work.tenant.as_str())
    .bind(&request.topic)
    .bind(work.cursor.as_deref().unwrap_or_default())
    .bind(most)
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    let mut next = Next {
        users: Vec::with_capacity(rows.len()),
        cursor: None,
        is_last: rows.len() < most as usize,
    };
    for (place, row) in rows.iter().enumerate() {
        let user = subscriber(row)?;
        if place + 1 == rows.len() {
            next.cursor = Some(user.as_str().to_owned());
        }
        if get(row, "is_told")? {
            next.users.push(user);
        }
    }
    Ok(next)
}

async fn notifications(
    connection: &mut SqliteConnection,
    work: &Work,
    users: &[UserId],
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let ids = NotificationId::consecutive(now, users.len());
    let mut query = QueryBuilder::<Sqlite>::new("WITH x (id, user_id) AS (");
    query.push_values(ids.iter().zip(users), |mut row, (id, user)| {
        row.push_bind(id.0).push_bind(user.as_str());
    });
    // The texts never leave the database.
    query.push(
        ") INSERT INTO notifications (tenant, id, user_id, notification_type, priority, title, body, \
         content, channels, in_inbox, expires_at, collapse_key, correlation_id, created_at, \
         updated_at) \
         SELECT f.tenant, x.id, x.user_id, f.notification_type, f.priority, f.title, f.body, \
         f.content, f.channels, f.in_inbox, f.expires_at, f.collapse_key, f.correlation_id, ",
    );
    query.push_bind(micros(now)).push(", ");
    query.push_bind(micros(now));
    query.push(" FROM fanouts f CROSS JOIN x WHERE f.tenant = ");
    query.push_bind(work.tenant.as_str());
    query.push(" AND f.id = ").push_bind(work.id.0);
    let done = query.build().execute(&mut *connection).await;
    done.map_err(storage_error)?;
    batch::insert(connection, &work.tenant, work.id, &ids).await?;
    insert_outbox(connection, &work.tenant, work.lane.rank(), &ids, now).await
}

/// Ends a fan-out that is not over: its work goes, and its row says how it ended. `false` if it was
/// over already, or was never there.
pub(super) async fn end(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    id: FanoutId,
    status: FanoutStatus,
    made: i64,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let expanded: Option<i64> = sqlx::query_scalar(
        "DELETE FROM fanout_work WHERE tenant = ? AND id = ? RETURNING expanded",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .fetch_optional(&mut *connection)
    .await
    .map_err(storage_error)?;
    let Some(expanded) = expanded else {
        return Ok(false);
    };
    sqlx::query(
        "UPDATE fanouts SET status = ?3, expanded = ?4, updated_at = ?5, finished_at = ?5 \
         WHERE tenant = ?1 AND id = ?2",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .bind(status.name())
    .bind(expanded + made)
    .bind(micros(now))
    .execute(connection)
    .await
    .map(|_| true)
    .map_err(storage_error)
}
