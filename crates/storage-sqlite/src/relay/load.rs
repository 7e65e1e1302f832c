//! Reading what outbox rows name, and removing these.

use std::collections::HashSet;

use campanile_domain::NotificationId;
use campanile_storage::{OutboxInHand, StorageError, TakenOutbox, ToPlan, Unreadable};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::error::storage_error;
use crate::rows::{
    get, get_moment, outline, outline_columns, trace, withdrawal, withdrawal_columns,
};

/// Removes the rows and reads what they name.
pub(super) async fn take(
    connection: &mut SqliteConnection,
    rows: &[OutboxInHand],
) -> Result<TakenOutbox, StorageError> {
    let (mut taken, mut seen) = (TakenOutbox::default(), HashSet::new());
    for row in rows {
        sqlx::query("DELETE FROM outbox WHERE tenant = ? AND lane = ? AND id = ?")
            .bind(row.tenant.as_str())
            .bind(row.lane.rank())
            .bind(row.id.0)
            .execute(&mut *connection)
            .await
            .map_err(storage_error)?;
        load(connection, row, &mut taken, &mut seen).await?;
    }
    Ok(taken)
}

async fn load(
    connection: &mut SqliteConnection,
    row: &OutboxInHand,
    taken: &mut TakenOutbox,
    seen: &mut HashSet<NotificationId>,
) -> Result<(), StorageError> {
    let tenant = &row.tenant;
    let mut query = QueryBuilder::<Sqlite>::new(concat!(
        "SELECT ",
        outline_columns!(),
        ", ",
        withdrawal_columns!(),
        ", n.traceparent",
        " FROM notifications n WHERE n.tenant = "
    ));
    query.push_bind(tenant.as_str()).push(" AND n.id IN (");
    let mut list = query.separated(", ");
    for id in &row.notifications {
        list.push_bind(id.0);
    }
    list.push_unseparated(") ORDER BY n.id");
    let rows = query
        .build()
        .fetch_all(&mut *connection)
        .await
        .map_err(storage_error)?;
    for found in &rows {
        let id = NotificationId(get(found, "id")?);
        // Named twice, it is planned once.
        if !seen.insert(id) {
            continue;
        }
        match outline(found) {
            Ok(readable) => taken.notifications.push(ToPlan {
                notification: readable,
                lane: row.lane,
                withdrawn: withdrawal(found)?,
                cancelled_at: get_moment(found, "cancelled_at")?,
                trace: trace(found)?,
            }),
            Err(error) => taken.unreadable.push(Unreadable {
                tenant: tenant.clone(),
                notification: id,
                lane: row.lane,
                error,
            }),
        }
    }
    Ok(())
}
