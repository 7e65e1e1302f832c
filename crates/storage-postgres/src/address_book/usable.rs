//! The addresses of many users at once.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use campanile_domain::{Device, TenantId, UserId};
use campanile_storage::AddressesFound;
use campanile_storage::channel_lists::OF_DEVICE;
use sqlx::PgConnection;

use crate::connection::limit;
use crate::error::Fault;
use crate::rows::Reader;
use crate::suppressions::notification_type;

/// Entries of the suppression list that are read of an address: those for all types come first.
const ENTRIES_OF_ADDRESS: i64 = 100;

/// By key, one by one: see `dispatch/record.rs`; the order is the index's. A device of a kind that only a newer version knows is
/// left out.
static USABLE: LazyLock<String> = LazyLock::new(|| {
    let channel = &*OF_DEVICE;
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
             coalesce(s.notification_type, '')
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
        .fetch_all(connection)
        .await?;
    let mut book = AddressesFound::default();
    for row in &rows {
        let mut reader = Reader::new(row, "devices");
        let tenant = reader.tenant()?;
        let user = reader.parse("user_id", UserId::parse)?;
        let address = (reader.channel()?, reader.next("address")?);
        let is_listed: bool = reader.next("is_listed")?;
        let of = notification_type(&mut reader)?;
        book.add((tenant, user), address, is_listed.then_some(of));
    }
    Ok(book)
}
