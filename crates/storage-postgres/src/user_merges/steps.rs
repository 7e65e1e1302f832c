//! Notifications that a merge moves, and fan-outs that it has to wait for.

use std::collections::HashSet;

use campanile_domain::{NotificationId, TenantId, UserId, UserMerge};
use campanile_storage::{FanoutAtUser, MergedNotification};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::error::Fault;
use crate::rows::{Reader, bounds};

/// As everybody locks them: notifications before deliveries, each in the order of ids.
pub(super) async fn lock(
    connection: &mut PgConnection,
    (tenant, user): (&TenantId, &UserId),
    after: Option<NotificationId>,
    limit: Option<u32>,
) -> Result<Vec<MergedNotification>, Fault> {
    let rows = sqlx::query(
        "SELECT n.id, n.created_at, n.send_at FROM notifications n
         WHERE n.tenant = $1 AND n.user_id = $2 AND n.id > $3 ORDER BY n.id LIMIT $4 FOR UPDATE",
    )
    .bind(tenant.as_str())
    .bind(user.as_str())
    .bind(after.map_or(Uuid::nil(), |after| after.0))
    .bind(limit.map(i64::from))
    .fetch_all(&mut *connection)
    .await?;
    let read = |row: &PgRow| {
        let mut reader = Reader::new(row, "notifications");
        Ok(MergedNotification {
            id: NotificationId(reader.next("id")?),
            created_at: reader.next("created_at")?,
            send_at: reader.next("send_at")?,
            has_open_delivery: false,
        })
    };
    let mut found: Vec<MergedNotification> = rows.iter().map(read).collect::<Result<_, Fault>>()?;
    let open = lock_deliveries(connection, tenant, &found).await?;
    for one in &mut found {
        one.has_open_delivery = open.contains(&one.id.0);
    }
    Ok(found)
}

/// Locks all deliveries; gives the notifications that have open ones.
async fn lock_deliveries(
    connection: &mut PgConnection,
    tenant: &TenantId,
    of: &[MergedNotification],
) -> Result<HashSet<Uuid>, Fault> {
    if of.is_empty() {
        return Ok(HashSet::new());
    }
    let ids: Vec<Uuid> = of.iter().map(|one| one.id.0).collect();
    let (low, high) = bounds(ids.iter().copied());
    let rows: Vec<(Uuid, bool)> = sqlx::query_as(
        "SELECT d.notification_id, d.state IN ('queued', 'deferred', 'retrying')
         FROM UNNEST($2::uuid[]) AS x (id)
         CROSS JOIN LATERAL (
             SELECT * FROM deliveries d
             WHERE d.tenant = $1 AND d.notification_id = x.id
                 AND d.notification_id >= $3 AND d.notification_id <= $4
             ORDER BY d.id FOR UPDATE
         ) d",
    )
    .bind(tenant.as_str())
    .bind(&ids)
    .bind(low)
    .bind(high)
    .fetch_all(connection)
    .await?;
    let open = rows.into_iter().filter(|(_, is_open)| *is_open);
    Ok(open.map(|(id, _)| id).collect())
}

/// By key: see `dispatch/record.rs`.
pub(super) async fn give(
    connection: &mut PgConnection,
    merge: &UserMerge,
    notifications: &[NotificationId],
) -> Result<(), Fault> {
    if notifications.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = notifications.iter().map(|id| id.0).collect();
    let (low, high) = bounds(ids.iter().copied());
    for statement in [
        "UPDATE notifications n SET user_id = $2
         WHERE n.tenant = $1 AND n.id = ANY ($3) AND n.id >= $4 AND n.id <= $5",
        "UPDATE deliveries d SET user_id = $2
         WHERE d.tenant = $1 AND d.notification_id = ANY ($3)
             AND d.notification_id >= $4 AND d.notification_id <= $5",
        "WITH dead AS MATERIALIZED (
             SELECT d.id FROM deliveries d
             WHERE d.tenant = $1 AND d.notification_id = ANY ($3) AND d.state = 'dead'
                 AND d.notification_id >= $4 AND d.notification_id <= $5
         )
         UPDATE dead_letters l SET user_id = $2
         WHERE l.tenant = $1 AND l.id = ANY (ARRAY(SELECT id FROM dead))",
    ] {
        sqlx::query(statement)
            .bind(merge.tenant.as_str())
            .bind(merge.into.as_str())
            .bind(&ids)
            .bind(low)
            .bind(high)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// A tenant's open fan-outs are few (`MOST_SCHEDULED_FANOUTS`): all of them are looked at.
pub(super) async fn fanouts(
    connection: &mut PgConnection,
    tenant: &TenantId,
    user: &UserId,
) -> Result<Vec<FanoutAtUser>, Fault> {
    let rows = sqlx::query(
        "SELECT f.created_at, w.cursor FROM fanout_work w
         CROSS JOIN LATERAL (
             SELECT f.topic, f.created_at FROM fanouts f WHERE f.tenant = w.tenant AND f.id = w.id OFFSET 0
         ) f
         WHERE w.tenant = $1 AND w.cursor IS NOT NULL AND EXISTS (
             SELECT FROM topic_subscribers s
             WHERE s.tenant = $1 AND s.topic = f.topic AND s.user_id = $2)
         ORDER BY w.id FOR UPDATE OF w",
    )
    .bind(tenant.as_str())
    .bind(user.as_str())
    .fetch_all(connection)
    .await?;
    let read = |row: &PgRow| {
        let mut reader = Reader::new(row, "fanout_work");
        Ok(FanoutAtUser {
            created_at: reader.next("created_at")?,
            cursor: reader.next("cursor")?,
        })
    };
    rows.iter().map(read).collect()
}
