//! Deferred deliveries that are to wait no longer.

use campanile_domain::TenantId;
use campanile_storage::{Expedite, StorageError};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, SqlitePool};
use uuid::Uuid;

use crate::error::storage_error;
use crate::rows::micros;

/// Rows in one statement, far below SQLite's 32,766 parameters.
const ROWS_PER_STATEMENT: usize = 500;

/// A look outside the writer: where nothing waits, there must be no commit. What waits for quiet hours
/// names a user.
pub(super) async fn deferred(
    readers: &SqlitePool,
    what: &Expedite<'_>,
) -> Result<Vec<Uuid>, StorageError> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT s.key FROM (SELECT tenant, key, notification_id FROM schedule WHERE tenant = ",
    );
    query.push_bind(what.tenant.as_str());
    query.push(" AND kind = 'retry' AND user_id IS NULL AND channel = ");
    query.push_bind(what.channel.name());
    query.push(" AND due_at > ");
    query.push_bind(micros(what.now + what.within));
    query.push(" ORDER BY due_at LIMIT ");
    query.push_bind(what.limit);
    query.push(
        ") s JOIN deliveries d ON d.tenant = s.tenant AND d.notification_id = s.notification_id \
         AND d.id = s.key WHERE d.state = 'deferred' AND d.reason IN (",
    );
    let mut reasons = query.separated(", ");
    for reason in what.reasons {
        reasons.push_bind(*reason);
    }
    reasons.push_unseparated(")");
    let keys = query.build_query_scalar().fetch_all(readers).await;
    keys.map_err(storage_error)
}

/// What was released meanwhile is not there any more.
pub(super) async fn expedite(
    connection: &mut SqliteConnection,
    tenant: TenantId,
    deferred: Vec<Uuid>,
    now: DateTime<Utc>,
    within: TimeDelta,
) -> Result<u64, StorageError> {
    let mut expedited = 0;
    for keys in deferred.chunks(ROWS_PER_STATEMENT) {
        // Seven bytes of chance, which no sign gets in the way of.
        let mut query = QueryBuilder::<Sqlite>::new("UPDATE schedule SET due_at = ");
        query.push_bind(micros(now));
        query.push(" + (random() >> 8 & 0xffffffffffffff) % ");
        query.push_bind(within.num_microseconds().unwrap_or(i64::MAX).max(1));
        query.push(" WHERE tenant = ").push_bind(tenant.as_str());
        query.push(" AND due_at > ").push_bind(micros(now + within));
        query.push(" AND key IN (");
        let mut list = query.separated(", ");
        for key in keys {
            list.push_bind(*key);
        }
        list.push_unseparated(")");
        let done = query.build().execute(&mut *connection).await;
        expedited += done.map_err(storage_error)?.rows_affected();
    }
    Ok(expedited)
}
