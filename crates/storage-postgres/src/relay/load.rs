//! Reading what outbox rows name, and removing these.

use std::collections::HashMap;

use campanile_domain::{Lane, NotificationId, TenantId};
use campanile_storage::{OutboxInHand, TakenOutbox, ToPlan, Unreadable};
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use crate::error::Fault;
use crate::rows::{Reader, bounds, outline_columns, withdrawal_columns};

/// Removes the rows and reads the notifications; those erased since are not there, and that is that.
///
/// The rows go in the statement that reads what they name, a round trip less for each turn. They are
/// locked, so nothing is waited for, and whatever fails afterwards brings them back.
pub(super) async fn take(
    connection: &mut PgConnection,
    rows: &[OutboxInHand],
) -> Result<TakenOutbox, Fault> {
    let (mut tenants, mut ids, mut lanes) = (Vec::new(), Vec::new(), HashMap::new());
    for row in rows {
        for NotificationId(id) in &row.notifications {
            // Named twice, it is planned once.
            if lanes.insert(*id, row.lane).is_none() {
                tenants.push(row.tenant.as_str());
                ids.push(*id);
            }
        }
    }
    let (low, high) = bounds(ids.iter().copied());
    let found = sqlx::query(concat!(
        "WITH removed AS (
             DELETE FROM outbox WHERE ctid = ANY (ARRAY (
                 SELECT o.ctid FROM UNNEST($5::text[], $6::smallint[], $7::uuid[]) AS x (tenant, lane, id)
                 CROSS JOIN LATERAL (
                     SELECT ctid FROM outbox o
                     WHERE o.tenant = x.tenant AND o.lane = x.lane AND o.id = x.id OFFSET 0
                 ) o))
         ) SELECT ",
        outline_columns!(),
        ", ",
        withdrawal_columns!(),
        ", n.traceparent",
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
    .bind(rows.iter().map(|row| row.tenant.as_str()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.lane.rank()).collect::<Vec<_>>())
    .bind(rows.iter().map(|row| row.id.0).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    let mut loaded = TakenOutbox::default();
    for row in &found {
        let tenant: TenantId = Reader::new(row, "notifications").tenant()?;
        let id: Uuid = row.try_get(1)?;
        let lane = lanes.get(&id).copied().unwrap_or(Lane::Default);
        let mut reader = Reader::new(row, "notifications");
        match reader.notification() {
            Ok(notification) => {
                let (withdrawn, cancelled_at) = reader.withdrawn()?;
                loaded.notifications.push(ToPlan {
                    notification,
                    lane,
                    withdrawn,
                    cancelled_at,
                    trace: reader.trace()?,
                });
            }
            Err(Fault::Final(error)) => loaded.unreadable.push(Unreadable {
                tenant,
                notification: NotificationId(id),
                lane,
                error,
            }),
            Err(fault) => return Err(fault),
        }
    }
    Ok(loaded)
}
