//! One step: the notifications of the next subscribers, their outbox rows, what names them, and the new
//! place.

use campanile_domain::{FanoutId, FanoutStatus, NotificationId, TenantId, UserId};
use campanile_storage::{FanoutStep, StepLimits};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::batch;
use super::claim::Work;
use crate::connection::{Scope, count, set_tenants};
use crate::error::Fault;
use crate::outbox::OutboxRows;
use crate::rows::Reader;

/// The texts never leave the database.
const INSERT: &str = "
    INSERT INTO notifications (tenant, id, user_id, notification_type, priority, title, body,
        content, channels, in_inbox, expires_at, collapse_key, correlation_id, created_at, updated_at)
    SELECT f.tenant, x.id, x.user_id, f.notification_type, f.priority, f.title, f.body,
        f.content, f.channels, f.in_inbox, f.expires_at, f.collapse_key, f.correlation_id, $5, $5
    FROM fanouts f CROSS JOIN UNNEST($3::uuid[], $4::text[]) AS x (id, user_id)
    WHERE f.tenant = $1 AND f.id = $2";

/// What a step has to know of its fan-out.
struct Request {
    topic: String,
    as_of: i64,
    in_inbox: bool,
    expires_at: Option<DateTime<Utc>>,
    text_bytes: i64,
}

/// The next subscribers by name, and whether each is to be told.
struct Next {
    users: Vec<UserId>,
    cursor: Option<String>,
    is_last: bool,
}

pub(super) async fn step(
    connection: &mut PgConnection,
    limits: &StepLimits,
    work: Work,
    now: DateTime<Utc>,
) -> Result<FanoutStep, Fault> {
    set_tenants(connection, &Scope::one(&work.tenant)).await?;
    let request = request(connection, &work).await?;
    let (tenant, id) = (&work.tenant, work.id);
    if request.expires_at.is_some_and(|deadline| deadline <= now) {
        let expired = FanoutStatus::Expired;
        end(connection, tenant, id, expired, 0, now).await?;
        return Ok(done(work, Vec::new(), false, Some(expired)));
    }
    let most = limits.users_of(count(request.text_bytes));
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
            "UPDATE fanout_work SET cursor = $3, expanded = $4, failures = 0, updated_at = $5
             WHERE tenant = $1 AND id = $2",
        )
        .bind(tenant.as_str())
        .bind(id.0)
        .bind(&next.cursor)
        .bind(work.expanded + made)
        .bind(now)
        .execute(connection)
        .await?;
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

async fn request(connection: &mut PgConnection, work: &Work) -> Result<Request, Fault> {
    let row = sqlx::query(
        "SELECT topic, as_of, in_inbox, expires_at, octet_length(content::text)::bigint
             + coalesce(octet_length(title), 0) + coalesce(octet_length(body), 0)
         FROM fanouts WHERE tenant = $1 AND id = $2",
    )
    .bind(work.tenant.as_str())
    .bind(work.id.0)
    .fetch_one(connection)
    .await?;
    let mut reader = Reader::new(&row, "fanouts");
    Ok(Request {
        topic: reader.next("topic")?,
        as_of: reader.next("as_of")?,
        in_inbox: reader.next("in_inbox")?,
        expires_at: reader.next("expires_at")?,
        text_bytes: reader.next("bytes")?,
    })
}

/// Everybody who follows is looked at, and those who came later are passed over here, so that a step
/// costs the same however many came later.
async fn next(
    connection: &mut PgConnection,
    work: &Work,
    request: &Request,
    most: u32,
) -> Result<Next, Fault> {
    let rows = sqlx::query(
        "SELECT user_id, revision <= $4 FROM topic_subscribers
         WHERE tenant = $1 AND topic = $2 AND user_id > $3 ORDER BY user_id LIMIT $5",
    )
    .bind(work.tenant.as_str())
    .bind(&request.topic)
    .bind(work.cursor.as_deref().unwrap_or_default())
    .bind(request.as_of)
    .bind(i64::from(most))
    .fetch_all(connection)
    .await?;
    let mut next = Next {
        users: Vec::with_capacity(rows.len()),
        cursor: None,
        is_last: rows.len() < usize::try_from(most).unwrap_or(usize::MAX),
    };
    for (place, row) in rows.iter().enumerate() {
        let mut reader = Reader::new(row, "topic_subscribers");
        let user = reader.parse("user_id", UserId::parse)?;
        if place + 1 == rows.len() {
            next.cursor = Some(user.as_str().to_owned());
        }
        if reader.next("revision")? {
            next.users.push(user);
        }
    }
    Ok(next)
}

async fn notifications(
    connection: &mut PgConnection,
    work: &Work,
    users: &[UserId],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let made = NotificationId::consecutive(now, users.len());
    let ids: Vec<Uuid> = made.iter().map(|id| id.0).collect();
    sqlx::query(INSERT)
        .bind(work.tenant.as_str())
        .bind(work.id.0)
        .bind(&ids)
        .bind(users.iter().map(UserId::as_str).collect::<Vec<_>>())
        .bind(now)
        .execute(&mut *connection)
        .await?;
    batch::insert(connection, &work.tenant, work.id, &made).await?;
    let mut outbox = OutboxRows::default();
    outbox.add(work.tenant.as_str(), work.lane, &ids, now);
    outbox.insert(connection).await
}

/// Ends a fan-out that is not over: its work goes, and its row says how it ended. `false` if it was
/// over already, or was never there. A step under way is waited for.
pub(super) async fn end(
    connection: &mut PgConnection,
    tenant: &TenantId,
    id: FanoutId,
    status: FanoutStatus,
    made: i64,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let expanded: Option<i64> = sqlx::query_scalar(
        "DELETE FROM fanout_work WHERE tenant = $1 AND id = $2 RETURNING expanded",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .fetch_optional(&mut *connection)
    .await?;
    let Some(expanded) = expanded else {
        return Ok(false);
    };
    sqlx::query(
        "UPDATE fanouts SET status = $3, expanded = $4, updated_at = $5, finished_at = $5
         WHERE tenant = $1 AND id = $2",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .bind(status.name())
    .bind(expanded + made)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(true)
}
