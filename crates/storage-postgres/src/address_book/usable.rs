//! The addresses of many users at once.

use std::collections::BTreeSet;

use campanile_domain::{Device, TenantId, UserId};
use campanile_storage::AddressesByPerson;
use sqlx::PgConnection;

use crate::connection::limit;
use crate::error::Fault;
use crate::rows::Reader;

/// The addresses of these people.
pub(crate) async fn usable(
    connection: &mut PgConnection,
    people: &BTreeSet<(&TenantId, &UserId)>,
) -> Result<AddressesByPerson, Fault> {
    let names = people
        .iter()
        .map(|(tenant, user)| (tenant.as_str(), user.as_str()));
    let (tenants, users): (Vec<_>, Vec<_>) = names.unzip();
    // By key, one by one: see `dispatch/record.rs`; the order is the index's.
    let rows = sqlx::query(
        "WITH who AS (SELECT * FROM UNNEST($1::text[], $2::text[]) AS w (tenant, user_id))
         SELECT d.tenant, d.user_id, CASE WHEN d.kind IN ('web_push', 'apns') THEN d.kind ELSE 'push' END,
             d.kind || ':' || d.value
         FROM who w CROSS JOIN LATERAL (
             SELECT * FROM devices d
             WHERE d.tenant = w.tenant AND d.user_id = w.user_id AND d.detached_at IS NULL
             ORDER BY d.last_seen DESC, d.id DESC LIMIT $3
         ) d
         UNION ALL
         SELECT u.tenant, u.user_id, 'email', u.email
         FROM who w CROSS JOIN LATERAL (
             SELECT tenant, user_id, email FROM users u
             WHERE u.tenant = w.tenant AND u.user_id = w.user_id
                 AND u.email IS NOT NULL AND u.email_gone_at IS NULL OFFSET 0
         ) u",
    )
    .bind(tenants)
    .bind(users)
    .bind(limit(Device::MAX_PER_USER))
    .fetch_all(connection)
    .await?;
    let mut book = AddressesByPerson::new();
    for row in &rows {
        let mut reader = Reader::new(row, "devices");
        let tenant = reader.tenant()?;
        let user = reader.parse("user_id", UserId::parse)?;
        let address = (reader.channel()?, reader.next("address")?);
        book.entry((tenant, user)).or_default().push(address);
    }
    Ok(book)
}
