//! The addresses that a plan may use.

use std::collections::{HashMap, HashSet};

use campanile_domain::{Channel, TenantId, UserId};
use campanile_storage::StorageError;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::user_id;
use crate::error::storage_error;
use crate::rows::get;

/// The usable addresses of users of one tenant.
pub(crate) async fn addresses(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    users: &[UserId],
) -> Result<HashMap<UserId, Vec<(Channel, String)>>, StorageError> {
    let mut book: HashMap<_, Vec<_>> = HashMap::new();
    let users: HashSet<&str> = users.iter().map(UserId::as_str).collect();
    if users.is_empty() {
        return Ok(book);
    }
    let mut query = QueryBuilder::<Sqlite>::new("WITH who (user_id) AS (");
    query.push_values(users, |mut row, user| {
        row.push_bind(user);
    });
    query.push(
        ") SELECT d.user_id, 'push' AS channel, d.kind || ':' || d.value AS address \
         FROM who JOIN devices d ON d.user_id = who.user_id AND d.detached_at IS NULL \
         WHERE d.tenant = ",
    );
    query.push_bind(tenant.as_str());
    query.push(
        " UNION ALL SELECT u.user_id, 'email', u.email \
         FROM who JOIN users u ON u.user_id = who.user_id \
         WHERE u.email IS NOT NULL AND u.email_gone_at IS NULL AND u.tenant = ",
    );
    query.push_bind(tenant.as_str());
    let rows = query.build().fetch_all(connection).await;
    for row in &rows.map_err(storage_error)? {
        let address = (
            crate::rows::channel(get(row, "channel")?)?,
            get(row, "address")?,
        );
        let theirs = book.entry(user_id(row, "users")?).or_default();
        theirs.push(address);
    }
    Ok(book)
}
