//! Addresses in channels of recipes.

use campanile_domain::{Channel, TenantId, UserAddress, UserAddressText, UserId};
use campanile_sealing::{AddressKind, KeyRing, SealError};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::addresses::opened;
use crate::error::Fault;
use crate::rows::Reader;

pub(super) async fn put(
    connection: &mut PgConnection,
    keys: &KeyRing,
    address: &UserAddress,
) -> Result<(UserAddress, bool), Fault> {
    let text = keys.address(&address.tenant, AddressKind::User, address.text.as_str())?;
    let row = sqlx::query(
        "INSERT INTO user_addresses AS a (tenant, user_id, channel, address, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (tenant, user_id, channel) DO UPDATE SET address = excluded.address,
             updated_at = excluded.updated_at, gone_at = NULL
         RETURNING a.tenant, a.user_id, a.channel, a.address, a.created_at, a.updated_at, a.gone_at,
             a.xmax = 0",
    )
    .bind(address.tenant.as_str())
    .bind(address.user_id.as_str())
    .bind(address.channel.name())
    .bind(&*text)
    .bind(address.created_at)
    .bind(address.updated_at)
    .fetch_one(connection)
    .await?;
    let Some(stored) = read(&row, keys)? else {
        return Err(SealError::AnotherKey.into());
    };
    Ok((stored, row.try_get(7)?))
}

/// One that cannot be opened is left out.
pub(super) async fn of(
    connection: &mut PgConnection,
    keys: &KeyRing,
    tenant: &TenantId,
    user: &UserId,
) -> Result<Vec<UserAddress>, Fault> {
    let rows = sqlx::query(
        "SELECT tenant, user_id, channel, address, created_at, updated_at, gone_at
         FROM user_addresses WHERE tenant = $1 AND user_id = $2 ORDER BY channel",
    )
    .bind(tenant.as_str())
    .bind(user.as_str())
    .fetch_all(connection)
    .await?;
    let read = |row| read(row, keys).transpose();
    rows.iter().filter_map(read).collect()
}

pub(super) async fn remove(
    connection: &mut PgConnection,
    tenant: &TenantId,
    user: &UserId,
    channel: Channel,
) -> Result<bool, Fault> {
    let done = sqlx::query(
        "DELETE FROM user_addresses WHERE tenant = $1 AND user_id = $2 AND channel = $3",
    )
    .bind(tenant.as_str())
    .bind(user.as_str())
    .bind(channel.name())
    .execute(connection)
    .await?;
    Ok(done.rows_affected() > 0)
}

fn read(row: &PgRow, keys: &KeyRing) -> Result<Option<UserAddress>, Fault> {
    let mut reader = Reader::new(row, "user_addresses");
    let tenant = reader.tenant()?;
    let user_id = reader.parse("user_id", UserId::parse)?;
    let channel = reader.channel()?;
    let stored: &str = reader.next("address")?;
    let Some(text) = opened(keys, &tenant, AddressKind::User, stored)? else {
        return Ok(None);
    };
    let text = UserAddressText::parse(&text);
    Ok(Some(UserAddress {
        tenant,
        user_id,
        channel,
        text: text.map_err(|error| reader.undecodable("address", error.to_string()))?,
        created_at: reader.next("created_at")?,
        updated_at: reader.next("updated_at")?,
        gone_at: reader.next("gone_at")?,
    }))
}
