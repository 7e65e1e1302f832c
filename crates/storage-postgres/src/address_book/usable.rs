//! The addresses of many users at once.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use campanile_domain::{Device, TenantId, UserId};
use campanile_sealing::KeyRing;
use campanile_storage::channel_lists::{OF_DEVICE, OF_SUPPRESSIONS};
use campanile_storage::{AddressesFound, FoundAddress};
use sqlx::PgConnection;

use crate::addresses::{self, AsInBook, listed_forms_of, opened_of};
use crate::connection::limit;
use crate::error::Fault;
use crate::rows::Reader;
use crate::suppressions::notification_type;

/// Entries of the suppression list that are read of an address: those for all types come first.
const ENTRIES_OF_ADDRESS: i64 = 100;

/// By key, one by one: see `dispatch/record.rs`; the order is the index's. A device of a kind that only a newer version knows is
/// left out.
static USABLE: LazyLock<String> = LazyLock::new(|| {
    let (channel, suppressions) = (&*OF_DEVICE, &*OF_SUPPRESSIONS);
    format!(
        "WITH who AS (SELECT * FROM UNNEST($1::text[], $2::text[]) AS w (tenant, user_id)),
         addresses AS MATERIALIZED (
         SELECT d.tenant, d.user_id, {channel} AS channel,
             d.kind || ':' || d.value AS address, (d.kind || ':' || d.value) COLLATE \"C\" AS listed
         FROM who w CROSS JOIN LATERAL (
             SELECT * FROM devices d
             WHERE d.tenant = w.tenant AND d.user_id = w.user_id AND d.detached_at IS NULL
             ORDER BY d.last_seen DESC, d.id DESC LIMIT $3
         ) d
         UNION ALL
         SELECT u.tenant, u.user_id, 'email', u.email, lower(u.email COLLATE \"C\")
         FROM who w CROSS JOIN LATERAL (
             SELECT tenant, user_id, email FROM users u
             WHERE u.tenant = w.tenant AND u.user_id = w.user_id
                 AND u.email IS NOT NULL AND u.email_gone_at IS NULL OFFSET 0
         ) u
         UNION ALL
         SELECT c.tenant, c.user_id, c.channel, 'user:' || c.address, NULL
         FROM who w CROSS JOIN LATERAL (
             SELECT tenant, user_id, channel, address FROM user_addresses c
             WHERE c.tenant = w.tenant AND c.user_id = w.user_id AND c.gone_at IS NULL OFFSET 0
         ) c)
         SELECT a.tenant, a.user_id, a.channel, a.address, s.notification_type IS NOT NULL,
             coalesce(s.notification_type, ''), a.channel IN ({suppressions}) AND (
                 SELECT true FROM suppressions l WHERE l.tenant = a.tenant AND l.channel = a.channel
                 ORDER BY l.address, l.notification_type LIMIT 1) IS TRUE
         FROM addresses a LEFT JOIN LATERAL (
             SELECT s.notification_type FROM suppressions s
             WHERE s.tenant = a.tenant AND s.channel = a.channel AND s.address = a.listed
             ORDER BY s.notification_type LIMIT $4
         ) s ON true
         WHERE a.channel IS NOT NULL"
    )
});

/// The addresses of these people.
pub(crate) async fn usable(
    connection: &mut PgConnection,
    keys: &KeyRing,
    as_in_book: &mut AsInBook,
    people: &BTreeSet<(&TenantId, &UserId)>,
) -> Result<AddressesFound, Fault> {
    let names = people
        .iter()
        .map(|(tenant, user)| (tenant.as_str(), user.as_str()));
    let (tenants, users): (Vec<_>, Vec<_>) = names.unzip();
    let rows = sqlx::query(&USABLE)
        .bind(tenants)
        .bind(users)
        .bind(limit(Device::MAX_PER_USER))
        .bind(ENTRIES_OF_ADDRESS)
        .fetch_all(&mut *connection)
        .await?;
    let tenants = rows
        .iter()
        .map(|row| Reader::new(row, "devices").tenant())
        .collect::<Result<Vec<_>, _>>()?;
    addresses::need_keys(keys, tenants.iter().zip(&rows))?;
    let mut book = AddressesFound::default();
    let mut found: Vec<Found> = Vec::with_capacity(rows.len());
    let mut last = None;
    for (row, tenant) in rows.iter().zip(tenants) {
        let mut reader = Reader::new(row, "devices").skip(1);
        let user = reader.parse("user_id", UserId::parse)?;
        let (channel, stored): (_, &str) = (reader.channel()?, reader.next("address")?);
        let is_listed: bool = reader.next("is_listed")?;
        let of = notification_type(&mut reader)?;
        let entry = is_listed.then_some(of);
        let who = (tenant, user);
        // The entries of an address come one after the other.
        let this = Some((who.clone(), channel, stored));
        if last == this
            && let Some(one) = found.last_mut()
        {
            one.address.entries.extend(entry);
            continue;
        }
        let opened = opened_of(keys, &who.0, channel, stored)?;
        if opened.is_none() && keys.known(&who.0).is_some_and(|keys| keys.are_whole()) {
            book.leave_out(who, channel);
            continue;
        }
        // One whose key this process does not have is planned as it is stored: it waits with a worker until the key is back.
        let plain = opened.unwrap_or(Cow::Borrowed(stored));
        if keys.has_master() {
            as_in_book.note(&who.0, &plain, stored);
        }
        last = this;
        found.push(Found {
            address: FoundAddress {
                who,
                channel,
                address: plain.into_owned(),
                entries: entry.into_iter().collect(),
            },
            is_doubtful: reader.next::<bool>("suppressions")? && keys.has_master(),
        });
    }
    look_again(connection, keys, &mut found).await?;
    book.extend(found.into_iter().map(|one| one.address));
    Ok(book)
}

/// An address, and whether the suppression list may have it in another form.
struct Found {
    address: FoundAddress,
    is_doubtful: bool,
}

/// Entries by all forms of an address.
const ENTRIES: &str = "
    SELECT x.place, s.notification_type
    FROM UNNEST($1::integer[], $2::text[], $3::text[], $4::text[]) AS x (place, tenant, channel, address)
    CROSS JOIN LATERAL (
        SELECT s.notification_type FROM suppressions s
        WHERE s.tenant = x.tenant AND s.channel = x.channel AND s.address = x.address COLLATE \"C\"
        ORDER BY s.notification_type LIMIT $5
    ) s";

/// Asks for the entries of addresses that may be on the list in another form than in the address book; it is asked only of
/// tenants that have a list.
async fn look_again(
    connection: &mut PgConnection,
    keys: &KeyRing,
    found: &mut [Found],
) -> Result<(), Fault> {
    let (mut places, mut tenants, mut channels) = (Vec::new(), Vec::new(), Vec::new());
    let mut forms = Vec::new();
    for (place, one) in found.iter().enumerate().filter(|(_, one)| one.is_doubtful) {
        let one = &one.address;
        for form in listed_forms_of(keys, &one.who.0, one.channel, &one.address)? {
            places.push(i32::try_from(place).unwrap_or(i32::MAX));
            tenants.push(one.who.0.as_str());
            channels.push(one.channel.name());
            forms.push(form);
        }
    }
    if places.is_empty() {
        return Ok(());
    }
    let rows = sqlx::query(ENTRIES)
        .bind(&places)
        .bind(&tenants)
        .bind(&channels)
        .bind(&forms)
        .bind(ENTRIES_OF_ADDRESS)
        .fetch_all(connection)
        .await?;
    for row in &rows {
        let mut reader = Reader::new(row, "suppressions");
        let place = usize::try_from(reader.next::<i32>("place")?).unwrap_or(0);
        let of = notification_type(&mut reader)?;
        found[place].address.add_entry(of);
    }
    Ok(())
}
