//! The usable addresses of many users at once.

use std::borrow::Cow;
use std::collections::BTreeSet;

use campanile_domain::{Channel, NotificationType, TenantId, UserId};
use campanile_sealing::KeyRing;
use campanile_storage::channel_lists::OF_DEVICE;
use campanile_storage::{AddressesFound, StorageError};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::user_id;
use crate::addresses::{AsInBook, list};
use crate::error::storage_error;
use crate::keys::{self, Opening};
use crate::preferences::by_tenant;
use crate::rows::get;
use crate::suppressions::notification_type;

/// The usable addresses of these people.
pub(crate) async fn addresses(
    connection: &mut SqliteConnection,
    ring: &KeyRing,
    as_in_book: &mut AsInBook,
    people: &BTreeSet<(&TenantId, &UserId)>,
) -> Result<AddressesFound, StorageError> {
    let mut book = AddressesFound::default();
    for (tenant, users) in by_tenant(people) {
        let opening = keys::opening(ring, connection, tenant).await?;
        of_tenant(connection, &opening, &users, as_in_book, &mut book).await?;
    }
    Ok(book)
}

async fn of_tenant(
    connection: &mut SqliteConnection,
    opening: &Opening<'_>,
    users: &[&UserId],
    as_in_book: &mut AsInBook,
    book: &mut AddressesFound,
) -> Result<(), StorageError> {
    let tenant = opening.tenant;
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
    let rows = query.build().fetch_all(&mut *connection).await;
    // What was added last, as it is stored.
    let mut last = None;
    for row in &rows.map_err(storage_error)? {
        let channel = crate::rows::channel(get(row, "channel")?)?;
        let stored: &str = get(row, "address")?;
        let who = (tenant.clone(), user_id(row, "users")?);
        // One that cannot be opened is planned as it is stored: it waits with a worker until its key is back.
        let opened = opening.address_of(channel, stored);
        let plain = opened.unwrap_or(Cow::Borrowed(stored));
        let address = (channel, plain.into_owned());
        if opening.ring.has_master() {
            as_in_book.note(tenant, &address.1, stored);
            if !channel.has_suppressed_addresses() {
                book.add(who, address, None);
                continue;
            }
            // The list may have it in another form; each address is asked for once.
            let this = Some((who.clone(), stored));
            if last != this {
                last = this;
                let of = entries(connection, opening, channel, &address.1).await?;
                if of.is_empty() {
                    book.add(who.clone(), address.clone(), None);
                }
                for entry in of {
                    book.add(who.clone(), address.clone(), Some(entry));
                }
            }
            continue;
        }
        let of = get::<Option<&str>>(row, "notification_type")?;
        book.add(who, address, of.map(notification_type).transpose()?);
    }
    Ok(())
}

/// The entries of an address on the suppression list, whatever form it has there.
async fn entries(
    connection: &mut SqliteConnection,
    opening: &Opening<'_>,
    channel: Channel,
    address: &str,
) -> Result<Vec<Option<NotificationType>>, StorageError> {
    let forms = opening.listed_forms_of(channel, address)?;
    let found: Vec<String> = sqlx::query_scalar(
        "SELECT DISTINCT notification_type FROM suppressions WHERE tenant = ? AND channel = ? \
         AND address IN (SELECT value FROM json_each(?))",
    )
    .bind(opening.tenant.as_str())
    .bind(channel.name())
    .bind(list(&forms))
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    found.iter().map(|of| notification_type(of)).collect()
}
