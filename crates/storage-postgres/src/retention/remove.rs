//! Removing rows that are past their retention period.

use std::collections::BTreeSet;

use async_trait::async_trait;
use campanile_domain::{DeliveryId, NotificationId, TenantId, UserId};
use campanile_storage::{
    ExpiredNotification, NotificationRange, Removed, RetentionRows, StorageError,
};
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::connection::limit;
use crate::error::Fault;
use crate::named::named;
use crate::transaction::PostgresTransaction;

#[async_trait]
impl RetentionRows for PostgresTransaction<'_> {
    async fn lock_retention(&mut self) -> Result<bool, StorageError> {
        let locked = named("lock_retention", lock(self.connection)).await;
        self.keep(locked)
    }

    async fn oldest_between(
        &mut self,
        tenant: &TenantId,
        after: NotificationId,
        before: NotificationId,
        limit: usize,
    ) -> Result<Vec<ExpiredNotification>, StorageError> {
        let found = named(
            "oldest_between",
            oldest(self.connection, tenant, (after, before), limit),
        )
        .await;
        self.keep(found)
    }

    async fn lock_deliveries(
        &mut self,
        tenant: &TenantId,
        range: NotificationRange,
    ) -> Result<Vec<(NotificationId, DeliveryId)>, StorageError> {
        let locked = named(
            "lock_deliveries",
            lock_deliveries(self.connection, tenant, range),
        )
        .await;
        self.keep(locked)
    }

    async fn pending_in(
        &mut self,
        tenant: &TenantId,
        range: NotificationRange,
    ) -> Result<BTreeSet<NotificationId>, StorageError> {
        let pending = named("pending_in", pending(self.connection, tenant, range)).await;
        self.keep(pending)
    }

    async fn remove_in(
        &mut self,
        tenant: &TenantId,
        range: NotificationRange,
        except: &BTreeSet<NotificationId>,
        dead_letters: &[DeliveryId],
    ) -> Result<Removed, StorageError> {
        let removed = named(
            "remove_in",
            remove(self.connection, tenant, range, except, dead_letters),
        )
        .await;
        self.keep(removed)
    }
}

async fn lock(connection: &mut PgConnection) -> Result<bool, Fault> {
    let mine = sqlx::query_scalar(
        "SELECT pg_try_advisory_xact_lock(hashtextextended('campanile_retention', 0))",
    )
    .fetch_one(connection)
    .await?;
    Ok(mine)
}

/// Of the indexes that begin with the tenant only the key gives this order without a sort.
async fn oldest(
    connection: &mut PgConnection,
    tenant: &TenantId,
    (after, before): (NotificationId, NotificationId),
    at_most: usize,
) -> Result<Vec<ExpiredNotification>, Fault> {
    let rows = sqlx::query(
        "SELECT n.id, n.user_id FROM notifications n WHERE n.tenant = $1 AND n.id > $2 AND n.id < $3
         ORDER BY n.id LIMIT $4",
    )
    .bind(tenant.as_str())
    .bind(after.0)
    .bind(before.0)
    .bind(limit(at_most))
    .fetch_all(connection)
    .await?;
    let read = |row: &sqlx::postgres::PgRow| {
        Ok(ExpiredNotification {
            id: NotificationId(row.try_get(0)?),
            user: UserId::parse(row.try_get(1)?).ok(),
        })
    };
    rows.iter().map(read).collect()
}

async fn lock_deliveries(
    connection: &mut PgConnection,
    tenant: &TenantId,
    range: NotificationRange,
) -> Result<Vec<(NotificationId, DeliveryId)>, Fault> {
    let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "SELECT d.notification_id, d.id FROM deliveries d
         WHERE d.tenant = $1 AND d.notification_id >= $2 AND d.notification_id <= $3
         ORDER BY d.notification_id, d.id FOR UPDATE",
    )
    .bind(tenant.as_str())
    .bind(range.first.0)
    .bind(range.last.0)
    .fetch_all(connection)
    .await?;
    let ids = |(notification, delivery)| (NotificationId(notification), DeliveryId(delivery));
    Ok(rows.into_iter().map(ids).collect())
}

/// In one statement, so that work that moves from table to table is seen in one of them.
async fn pending(
    connection: &mut PgConnection,
    tenant: &TenantId,
    range: NotificationRange,
) -> Result<BTreeSet<NotificationId>, Fault> {
    let pending: Vec<Uuid> = sqlx::query_scalar(
        "SELECT s.notification_id FROM schedule s
         WHERE s.tenant = $1 AND s.notification_id >= $2 AND s.notification_id <= $3
         UNION SELECT x FROM outbox o CROSS JOIN UNNEST(o.notification_ids) AS x
         WHERE o.tenant = $1 AND x >= $2 AND x <= $3
         UNION SELECT x FROM dispatch d CROSS JOIN UNNEST(d.notification_ids) AS x
         WHERE d.tenant = $1 AND x >= $2 AND x <= $3",
    )
    .bind(tenant.as_str())
    .bind(range.first.0)
    .bind(range.last.0)
    .fetch_all(connection)
    .await?;
    Ok(pending.into_iter().map(NotificationId).collect())
}

async fn remove(
    connection: &mut PgConnection,
    tenant: &TenantId,
    range: NotificationRange,
    except: &BTreeSet<NotificationId>,
    dead_letters: &[DeliveryId],
) -> Result<Removed, Fault> {
    // A dead letter bears its delivery's id, which is its key.
    let dead_letters = sqlx::query(
        "DELETE FROM dead_letters d USING UNNEST($2::uuid[]) AS x (id)
             WHERE d.tenant = $1 AND d.id = x.id",
    )
    .bind(tenant.as_str())
    .bind(dead_letters.iter().map(|id| id.0).collect::<Vec<_>>())
    .execute(&mut *connection)
    .await?;
    let except: Vec<Uuid> = except.iter().map(|id| id.0).collect();
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
            .bind(tenant.as_str())
            .bind(range.first.0)
            .bind(range.last.0)
            .bind(&except)
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
