//! The notifications of a batch, and which of them have something left to stop.

use std::collections::HashSet;

use campanile_domain::{Lane, NotificationId, OutboxId, TenantId, UserId, Withdrawal};
use campanile_storage::{MadeByFanout, NotificationRange};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::Fault;
use crate::rows::Reader;

/// Those of the batch that are still there, held against other changes until the transaction ends: in the
/// order of ids, as everybody locks them.
pub(super) async fn lock(
    connection: &mut PgConnection,
    tenant: &TenantId,
    batch: NotificationRange,
) -> Result<Vec<MadeByFanout>, Fault> {
    let rows = sqlx::query(
        "SELECT n.id, n.user_id, n.in_inbox, n.cancelled_at IS NOT NULL, n.read_at IS NOT NULL,
             n.variants IS NOT NULL
         FROM notifications n
         WHERE n.tenant = $1 AND n.id >= $2 AND n.id <= $3 AND n.deleted_at IS NULL
         ORDER BY n.id FOR UPDATE",
    )
    .bind(tenant.as_str())
    .bind(batch.first.0)
    .bind(batch.last.0)
    .fetch_all(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "notifications");
        Ok(MadeByFanout {
            id: NotificationId(reader.next("id")?),
            user: reader.parse("user_id", UserId::parse)?,
            in_inbox: reader.next("in_inbox")?,
            is_cancelled: reader.next("cancelled_at")?,
            is_read: reader.next("read_at")?,
            has_variants: reader.next("variants")?,
        })
    };
    rows.iter().map(read).collect()
}

/// Those that wait for their plan: in the outbox, or, where a relay could not read them, in `schedule`.
/// One statement, because the scheduler moves them from the one table to the other. Of the outbox only rows that are
/// not older than the batch are looked at: the key goes by lane and id.
pub(super) async fn unplanned(
    connection: &mut PgConnection,
    tenant: &TenantId,
    batch: NotificationRange,
) -> Result<HashSet<NotificationId>, Fault> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT x FROM outbox o CROSS JOIN UNNEST(o.notification_ids) AS x
         WHERE o.tenant = $1 AND o.lane = ANY ($5) AND o.id >= $4 AND x >= $2 AND x <= $3
         UNION ALL (SELECT s.key FROM schedule s
             WHERE s.tenant = $1 AND s.kind = 'send' AND s.key >= $2 AND s.key <= $3
             ORDER BY s.key)",
    )
    .bind(tenant.as_str())
    .bind(batch.first.0)
    .bind(batch.last.0)
    .bind(OutboxId::floor_of(batch.first).0)
    .bind(Lane::ALL.map(Lane::rank))
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(NotificationId).collect())
}

/// Those with deliveries that were closed just now, at `now`.
pub(super) async fn closed(
    connection: &mut PgConnection,
    tenant: &TenantId,
    batch: NotificationRange,
    now: DateTime<Utc>,
) -> Result<HashSet<NotificationId>, Fault> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT d.notification_id FROM deliveries d
         WHERE d.tenant = $1 AND d.notification_id >= $2 AND d.notification_id <= $3
             AND d.state = 'cancelled' AND d.reason = $4 AND d.updated_at = $5",
    )
    .bind(tenant.as_str())
    .bind(batch.first.0)
    .bind(batch.last.0)
    .bind(Withdrawal::Cancelled.name())
    .bind(now)
    .fetch_all(connection)
    .await?;
    Ok(ids.into_iter().map(NotificationId).collect())
}

/// Marks those that were stopped. Through the key by definition (ADR 10): they are all there, and locked,
/// so nothing is inserted, but the row that would be has to pass the CHECKs.
pub(super) async fn mark(
    connection: &mut PgConnection,
    tenant: &TenantId,
    ids: &[NotificationId],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO notifications (tenant, id, user_id, notification_type, priority, content,
             in_inbox, correlation_id, created_at, updated_at)
         SELECT $1, x.id, '', '', 'low', '{}', false, '', $3, $3 FROM UNNEST($2::uuid[]) AS x (id)
         ON CONFLICT (tenant, id) DO UPDATE SET cancelled_at = $3, updated_at = $3",
    )
    .bind(tenant.as_str())
    .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// Marks what is over as read, as [`mark`] does.
pub(super) async fn mark_read(
    connection: &mut PgConnection,
    tenant: &TenantId,
    ids: &[NotificationId],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO notifications AS n (tenant, id, user_id, notification_type, priority, content,
             in_inbox, correlation_id, created_at, updated_at)
         SELECT $1, x.id, '', '', 'low', '{}', false, '', $3, $3 FROM UNNEST($2::uuid[]) AS x (id)
         ON CONFLICT (tenant, id) DO UPDATE SET read_at = $3, seen_at = coalesce(n.seen_at, $3),
             updated_at = $3",
    )
    .bind(tenant.as_str())
    .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
