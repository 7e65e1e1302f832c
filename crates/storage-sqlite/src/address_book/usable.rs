//! The usable addresses of many users at once.

use std::borrow::Cow;
use std::collections::BTreeSet;

use campanile_domain::{TenantId, UserId};
use campanile_sealing::KeyRing;
use campanile_storage::channel_lists::OF_DEVICE;
use campanile_storage::{AddressesFound, FoundAddress, StorageError};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::user_id;
use crate::addresses::AsInBook;
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
    let mut found: Vec<FoundAddress> = Vec::new();
    // What was added last, as it is stored.
    let mut last = None;
    for row in &rows.map_err(storage_error)? {
        let channel = crate::rows::channel(get(row, "channel")?)?;
        let stored: &str = get(row, "address")?;
        let who = (tenant.clone(), user_id(row, "users")?);
        let of = get::<Option<&str>>(row, "notification_type")?;
        let entry = of.map(notification_type).transpose()?;
        // The entries of an address come one after the other.
        let this = Some((who.clone(), channel, stored));
        if last == this
            && let Some(one) = found.last_mut()
        {
            one.entries.extend(entry);
            continue;
        }
        let opened = opening.address_of(channel, stored);
        if opened.is_none() && opening.keys.are_whole() {
            book.leave_out(who, channel);
            continue;
        }
        // One whose key this process does not have is planned as it is stored: it waits with a worker until the key is back.
        let plain = opened.unwrap_or(Cow::Borrowed(stored));
        if opening.ring.has_master() {
            as_in_book.note(tenant, &plain, stored);
        }
        last = this;
        found.push(FoundAddress {
            who,
            channel,
            address: plain.into_owned(),
            entries: entry.into_iter().collect(),
        });
    }
    if opening.ring.has_master() {
        look_again(connection, opening, &mut found).await?;
    }
    book.extend(found);
    Ok(())
}

/// Entries by all forms of an address, in the order of the index.
const ENTRIES: &str = "
    SELECT json_extract(f.value, '$.place') AS place, s.notification_type
    FROM json_each(?2) f CROSS JOIN suppressions s
    WHERE s.tenant = ?1 AND s.channel = json_extract(f.value, '$.channel')
        AND s.address = json_extract(f.value, '$.form')";

/// Asks for entries that may be on the list in another form than in the address book.
async fn look_again(
    connection: &mut SqliteConnection,
    opening: &Opening<'_>,
    found: &mut [FoundAddress],
) -> Result<(), StorageError> {
    let mut forms = Vec::new();
    for (place, one) in found.iter().enumerate() {
        if one.channel.has_suppressed_addresses() {
            for form in opening.listed_forms_of(one.channel, &one.address)? {
                forms.push(serde_json::json!({"place": place, "channel": one.channel.name(), "form": form}));
            }
        }
    }
    if forms.is_empty() {
        return Ok(());
    }
    let rows = sqlx::query(ENTRIES)
        .bind(opening.tenant.as_str())
        .bind(serde_json::Value::from(forms).to_string())
        .fetch_all(connection)
        .await
        .map_err(storage_error)?;
    for row in &rows {
        let place = usize::try_from(get::<i64>(row, "place")?).unwrap_or(usize::MAX);
        if let Some(one) = found.get_mut(place) {
            one.add_entry(notification_type(get(row, "notification_type")?)?);
        }
    }
    Ok(())
}
