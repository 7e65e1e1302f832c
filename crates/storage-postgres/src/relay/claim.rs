//! Taking outbox rows, fairly over tenants, and reading what they name.

use std::collections::HashMap;

use campanile_domain::{Lane, Notification, TenantId};
use campanile_storage::RelayLimits;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::error::Fault;
use crate::rows::{Reader, bounds, outline_columns};

/// `waiting` steps from tenant to tenant through the key, so that a flood of one costs the others
/// nothing. Tenants whose oldest row waits longest come first, so nobody starves when there are
/// more tenants than rows in a turn. Each gets an even share of the turn, and the final order is
/// everybody's first row before anybody's second, up to so many notifications. Locks are taken last and only on rows that are
/// (nearly) all used, so that a second relay finds work of its own.
const CLAIM: &str = "
    WITH RECURSIVE waiting AS (
        (SELECT tenant FROM outbox ORDER BY tenant LIMIT 1)
        UNION ALL
        SELECT (SELECT o.tenant FROM outbox o WHERE o.tenant > w.tenant ORDER BY o.tenant LIMIT 1)
        FROM waiting w WHERE w.tenant IS NOT NULL
    ), chosen AS MATERIALIZED (
        SELECT w.tenant,
            (SELECT o.id FROM outbox o WHERE o.tenant = w.tenant ORDER BY o.lane, o.id LIMIT 1) AS head
        FROM waiting w
        WHERE w.tenant IS NOT NULL
            AND (SELECT coalesce(sum(d.size), 0) FROM dispatch d WHERE d.tenant = w.tenant) < $1
        ORDER BY head LIMIT $2
    ), share AS MATERIALIZED (
        SELECT least($3, ceil($2::numeric / greatest(count(*), 1))::bigint) AS rows FROM chosen
    ), taken AS MATERIALIZED (
        SELECT o.* FROM chosen c CROSS JOIN LATERAL (
            SELECT tenant, lane, id, notification_ids FROM outbox
            WHERE outbox.tenant = c.tenant
            ORDER BY outbox.lane, outbox.id LIMIT (SELECT rows FROM share)
            FOR UPDATE SKIP LOCKED
        ) o
    ), turns AS (
        SELECT *, row_number() OVER (PARTITION BY tenant ORDER BY lane, id) AS turn FROM taken
    ), counted AS (
        SELECT *, sum(cardinality(notification_ids)) OVER (
            ORDER BY turn, lane, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS before
        FROM turns
    )
    SELECT tenant, lane, id, notification_ids,
        turn >= (SELECT rows FROM share) OR count(*) OVER () < (SELECT count(*) FROM taken) AS more
    FROM counted WHERE coalesce(before, 0) < $4 ORDER BY turn, lane, id LIMIT $2";

/// An outbox row that this transaction has locked.
pub(super) struct OutboxRow {
    pub(super) tenant: TenantId,
    pub(super) lane: Lane,
    pub(super) id: Uuid,
    notification_ids: Vec<Uuid>,
}

/// What a turn takes.
pub(super) struct Claimed {
    pub(super) rows: Vec<OutboxRow>,
    pub(super) more: bool,
}

/// A notification and the lane it was accepted for.
pub(super) struct Waiting {
    pub(super) notification: Notification,
    pub(super) lane: Lane,
}

pub(super) async fn claim(
    connection: &mut PgConnection,
    limits: &RelayLimits,
) -> Result<Claimed, Fault> {
    let rows = sqlx::query(CLAIM)
        .bind(i64::from(limits.window_per_tenant))
        .bind(i64::from(limits.rows))
        .bind(i64::from(limits.rows_per_tenant))
        .bind(i64::from(limits.notifications))
        .fetch_all(connection)
        .await?;
    // More may wait if the turn is full, by rows or by notifications, or one tenant's share is.
    let mut more = rows.len() >= usize::try_from(limits.rows).unwrap_or(usize::MAX);
    let mut claimed = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut reader = Reader::new(row, "outbox");
        claimed.push(OutboxRow {
            tenant: reader.tenant()?,
            lane: Lane::from_rank(reader.next("lane")?),
            id: reader.next("id")?,
            notification_ids: reader.next("notification_ids")?,
        });
        more |= row.try_get::<bool, _>("more")?;
    }
    Ok(Claimed {
        rows: claimed,
        more,
    })
}

/// What a turn's rows name.
#[derive(Default)]
pub(super) struct Loaded {
    pub(super) notifications: Vec<Waiting>,
    /// Those that this version cannot read.
    pub(super) unreadable: Vec<Unreadable>,
}

/// A notification that this version cannot read.
pub(super) struct Unreadable {
    pub(super) tenant: TenantId,
    pub(super) id: Uuid,
    pub(super) lane: Lane,
}

/// Reads the notifications; those erased since are not there, and that is that.
pub(super) async fn load(
    connection: &mut PgConnection,
    rows: &[OutboxRow],
) -> Result<Loaded, Fault> {
    let (mut tenants, mut ids, mut lanes) = (Vec::new(), Vec::new(), HashMap::new());
    for row in rows {
        for id in &row.notification_ids {
            // Named twice, it is planned once.
            if lanes.insert(*id, row.lane).is_none() {
                tenants.push(row.tenant.as_str());
                ids.push(*id);
            }
        }
    }
    let (low, high) = bounds(ids.iter().copied());
    let rows = sqlx::query(concat!(
        "SELECT ",
        outline_columns!(),
        // By key, one by one (see `dispatch/record.rs`). The order makes the planner prefer the primary
        // key to the indexes that begin with the tenant too: in a young partition all seem alike.
        " FROM UNNEST($1::text[], $2::uuid[]) AS x (tenant, id)
          CROSS JOIN LATERAL (
              SELECT * FROM notifications n
              WHERE n.tenant = x.tenant AND n.id >= x.id AND n.id <= x.id
                  AND n.id >= $3 AND n.id <= $4
              ORDER BY n.id LIMIT 1
          ) n"
    ))
    .bind(&tenants)
    .bind(&ids)
    .bind(low)
    .bind(high)
    .fetch_all(connection)
    .await?;
    let mut loaded = Loaded::default();
    for row in &rows {
        let tenant: TenantId = Reader::new(row, "notifications").tenant()?;
        let id: Uuid = row.try_get(1)?;
        let lane = lanes.get(&id).copied().unwrap_or(Lane::Default);
        match Reader::new(row, "notifications").notification() {
            Ok(notification) => loaded.notifications.push(Waiting { notification, lane }),
            Err(Fault::Final(error)) => {
                tracing::error!(
                    tenant.id = %tenant, notification.id = %id, %error,
                    "this notification cannot be read; it is put aside for a while"
                );
                loaded.unreadable.push(Unreadable { tenant, id, lane });
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok(loaded)
}
