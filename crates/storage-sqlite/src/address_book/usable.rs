//! The usable addresses of many users at once.

use std::collections::BTreeSet;

use campanile_domain::{TenantId, UserId};
use campanile_storage::channel_lists::OF_DEVICE;
use campanile_storage::{AddressesFound, StorageError};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::user_id;
use crate::error::storage_error;
use crate::preferences::by_tenant;
use crate::rows::get;
use crate::suppressions::notification_type;

/// The usable addresses of these people.
pub(crate) async fn addresses(
    connection: &mut SqliteConnection,
    people: &BTreeSet<(&TenantId, &UserId)>,
) -> Result<AddressesFound, StorageError> {
    let mut book = AddressesFound::default();
    for (tenant, users) in by_tenant(people) {
        of_tenant(connection, tenant, &users, &mut book).await?;
    }
    Ok(book)
}

async fn of_tenant(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    users: &[&UserId],
    book: &mut AddressesFound,
) -> Result<(), StorageError> {
    let mut query = QueryBuilder::<Sqlite>::new("WITH who (user_id) AS (");
    query.push_values(users, |mut row, user| {
        row.push_bind(user.as_str());
    });
    let channel = &*OF_DEVICE;
    query.push(format_args!(
        "), addresses AS (SELECT d.user_id, {channel} AS channel, \
         d.kind || ':' || d.value AS address, d.kind || ':' || d.value AS listed \
         FROM who JOIN devices d ON d.user_id = who.user_id AND d.detached_at IS NULL \
         WHERE d.tenant = "
    ));
    query.push_bind(tenant.as_str());
    query.push(
        " UNION ALL SELECT u.user_id, 'email', u.email, lower(u.email) \
         FROM who JOIN users u ON u.user_id = who.user_id \
         WHERE u.email IS NOT NULL AND u.email_gone_at IS NULL AND u.tenant = ",
    );
    query.push_bind(tenant.as_str());
    query.push(
        " UNION ALL SELECT c.user_id, c.channel, 'user:' || c.address, NULL \
         FROM who JOIN user_addresses c ON c.user_id = who.user_id \
         WHERE c.gone_at IS NULL AND c.tenant = ",
    );
    query.push_bind(tenant.as_str());
    query.push(
        ") SELECT a.user_id, a.channel, a.address, s.notification_type FROM addresses a \
         LEFT JOIN suppressions s ON s.channel = a.channel AND s.address = a.listed AND s.tenant = ",
    );
    query.push_bind(tenant.as_str());
    // A device of a kind that only a newer version knows is left out.
    query.push(" WHERE a.channel IS NOT NULL");
    let rows = query.build().fetch_all(connection).await;
    for row in &rows.map_err(storage_error)? {
        let address = (
            crate::rows::channel(get(row, "channel")?)?,
            get(row, "address")?,
        );
        let who = (tenant.clone(), user_id(row, "users")?);
        let of = get::<Option<&str>>(row, "notification_type")?;
        book.add(who, address, of.map(notification_type).transpose()?);
    }
    Ok(())
}
