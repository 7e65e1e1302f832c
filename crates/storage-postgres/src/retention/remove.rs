//! One step: a tenant's oldest notifications and all that hangs on them, but for what is pending.

use std::collections::BTreeSet;

use campanile_domain::{NotificationId, TenantId, UserId};
use campanile_storage::{REMOVED_AT_ONCE, RemoveStep, Removed};
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::connection::limit;
use crate::error::Fault;

pub(super) async fn step(
    connection: &mut PgConnection,
    tenant: &TenantId,
    after: NotificationId,
    before: NotificationId,
) -> Result<RemoveStep, Fault> {
    // Of the indexes that begin with the tenant only the key gives this order without a sort.
    let found: Vec<(Uuid, String)> = sqlx::query_as(
        "SELECT n.id, n.user_id FROM notifications n WHERE n.tenant = $1 AND n.id > $2 AND n.id < $3
         ORDER BY n.id LIMIT $4",
    )
    .bind(tenant.as_str())
    .bind(after.0)
    .bind(before.0)
    .bind(limit(REMOVED_AT_ONCE))
    .fetch_all(&mut *connection)
    .await?;
    let (Some((low, _)), Some((high, _))) = (found.first(), found.last()) else {
        return Ok(RemoveStep::default());
    };
    let (low, high) = (*low, *high);
    let span = Span {
        tenant: tenant.as_str(),
        low,
        high,
    };
    let deliveries = span.lock_deliveries(connection).await?;
    // Only after the locks: a replay that came before them has scheduled its retries by now, one that
    // comes later finds nothing to revive.
    let pending = span.pending(connection).await?;
    let removed = span.remove(connection, deliveries, &pending).await?;
    Ok(RemoveStep {
        pending: (found.len() as u64).saturating_sub(removed.notifications),
        more_after: (found.len() == REMOVED_AT_ONCE).then_some(NotificationId(high)),
        users: if removed.notifications > 0 {
            users(found)
        } else {
            Vec::new()
        },
        removed,
    })
}

/// Each once. Who cannot be read has no inbox either.
fn users(found: Vec<(Uuid, String)>) -> Vec<UserId> {
    let users: BTreeSet<String> = found.into_iter().map(|(_, user)| user).collect();
    let read = users.iter().filter_map(|user| UserId::parse(user).ok());
    read.collect()
}

/// The tenant's notifications from one id to another, both among them.
struct Span<'a> {
    tenant: &'a str,
    low: Uuid,
    high: Uuid,
}

impl Span<'_> {
    /// The deliveries as pairs of notification and delivery; nobody changes them until the end.
    async fn lock_deliveries(
        &self,
        connection: &mut PgConnection,
    ) -> Result<Vec<(Uuid, Uuid)>, Fault> {
        let rows = sqlx::query(
            "SELECT d.notification_id, d.id FROM deliveries d
             WHERE d.tenant = $1 AND d.notification_id >= $2 AND d.notification_id <= $3
             ORDER BY d.notification_id, d.id FOR UPDATE",
        )
        .bind(self.tenant)
        .bind(self.low)
        .bind(self.high)
        .fetch_all(connection)
        .await?;
        rows.iter()
            .map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .collect()
    }

    /// In one statement, so that work that moves from table to table is seen in one of them.
    async fn pending(&self, connection: &mut PgConnection) -> Result<Vec<Uuid>, Fault> {
        let pending = sqlx::query_scalar(
            "SELECT s.notification_id FROM schedule s
             WHERE s.tenant = $1 AND s.notification_id >= $2 AND s.notification_id <= $3
             UNION SELECT x FROM outbox o CROSS JOIN UNNEST(o.notification_ids) AS x
             WHERE o.tenant = $1 AND x >= $2 AND x <= $3
             UNION SELECT x FROM dispatch d CROSS JOIN UNNEST(d.notification_ids) AS x
             WHERE d.tenant = $1 AND x >= $2 AND x <= $3",
        )
        .bind(self.tenant)
        .bind(self.low)
        .bind(self.high)
        .fetch_all(connection)
        .await?;
        Ok(pending)
    }

    async fn remove(
        &self,
        connection: &mut PgConnection,
        deliveries: Vec<(Uuid, Uuid)>,
        pending: &[Uuid],
    ) -> Result<Removed, Fault> {
        let gone = |(notification, _): &(Uuid, Uuid)| !pending.contains(notification);
        let dead: Vec<Uuid> = deliveries
            .iter()
            .filter(|one| gone(one))
            .map(|one| one.1)
            .collect();
        // A dead letter bears its delivery's id, which is its key.
        let dead_letters = sqlx::query(
            "DELETE FROM dead_letters d USING UNNEST($2::uuid[]) AS x (id)
                 WHERE d.tenant = $1 AND d.id = x.id",
        )
        .bind(self.tenant)
        .bind(dead)
        .execute(&mut *connection)
        .await?;
        let mut rows = [0, 0];
        for (statement, rows) in [
            "DELETE FROM deliveries WHERE tenant = $1 AND notification_id >= $2
                 AND notification_id <= $3 AND notification_id <> ALL ($4)",
            "DELETE FROM notifications WHERE tenant = $1 AND id >= $2 AND id <= $3
                 AND id <> ALL ($4)",
        ]
        .into_iter()
        .zip(&mut rows)
        {
            let done = sqlx::query(statement)
                .bind(self.tenant)
                .bind(self.low)
                .bind(self.high)
                .bind(pending)
                .execute(&mut *connection)
                .await?;
            *rows = done.rows_affected();
        }
        Ok(Removed {
            notifications: rows[1],
            deliveries: rows[0],
            dead_letters: dead_letters.rows_affected(),
        })
    }
}
