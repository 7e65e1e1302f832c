//! Writing a plan.

use std::collections::{HashMap, HashSet};

use campanile_domain::{DeliveryId, PlannedDelivery};
use campanile_sealing::KeyRing;
use campanile_storage::{PlannedLine, StorageError, deferral_json};
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::addresses::AsInBook;
use crate::error::storage_error;
use crate::keys::to_seal;
use crate::rows::{get, micros};

/// Rows in one statement, far below SQLite's 32,766 parameters.
const ROWS_PER_STATEMENT: usize = 500;

/// Stores the lines of plans; says which are new. One that is there already stays as it is.
pub(super) async fn deliveries(
    connection: &mut SqliteConnection,
    ring: &KeyRing,
    as_in_book: &AsInBook,
    lines: &[PlannedLine<'_>],
    now: DateTime<Utc>,
) -> Result<HashSet<DeliveryId>, StorageError> {
    let mut keys = HashMap::new();
    for one in lines {
        let tenant = &one.of.notification.tenant;
        if !keys.contains_key(tenant) {
            keys.insert(tenant, to_seal(ring, connection, tenant, false).await?);
        }
    }
    let mut new = HashSet::with_capacity(lines.len());
    for chunk in lines.chunks(ROWS_PER_STATEMENT) {
        let mut query = QueryBuilder::<Sqlite>::new(
            "INSERT INTO deliveries (tenant, notification_id, id, channel, address, state, reason, \
             next_attempt_at, deferrals, created_at, updated_at) ",
        );
        query.push_values(chunk, |mut row, one| {
            let (n, delivery) = (&one.of.notification, &one.line);
            let keys = keys.get(&n.tenant).and_then(Option::as_deref);
            let address = as_in_book.to_store(keys, &n.tenant, delivery.channel, &delivery.address);
            row.push_bind(n.tenant.as_str())
                .push_bind(n.id.0)
                .push_bind(delivery.id.0)
                .push_bind(delivery.channel.name())
                .push_bind(address)
                .push_bind(delivery.state.name())
                .push_bind(delivery.reason)
                .push_bind(delivery.until.map(micros))
                .push_bind(deferral(delivery, now))
                .push_bind(micros(now))
                .push_bind(micros(now));
        });
        query.push(" ON CONFLICT DO NOTHING RETURNING id");
        let rows = query.build().fetch_all(&mut *connection).await;
        for row in &rows.map_err(storage_error)? {
            new.insert(DeliveryId(get(row, "id")?));
        }
    }
    Ok(new)
}

fn deferral(line: &PlannedDelivery, now: DateTime<Utc>) -> Option<String> {
    let written = deferral_json(now, line.reason?, line.until?);
    Some(format!("[{written}]"))
}
