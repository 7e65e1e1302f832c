//! Addresses in channels of recipes.

use campanile_domain::{Channel, TenantId, UserAddress, UserAddressText, UserId};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::error::Fault;
use crate::rows::Reader;

pub(super) async fn put(
    connection: &mut PgConnection,
    address: &UserAddress,
) -> Result<(UserAddress, bool), Fault> {
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
    .bind(address.text.as_str())
    .bind(address.created_at)
    .bind(address.updated_at)
    .fetch_one(connection)
    .await?;
    Ok((read(&row)?, row.try_get(7)?))
}

pub(super) async fn of(
    connection: &mut PgConnection,
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
    rows.iter().map(read).collect()
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

fn read(row: &PgRow) -> Result<UserAddress, Fault> {
    let mut reader = Reader::new(row, "user_addresses");
    Ok(UserAddress {
        tenant: reader.tenant()?,
        user_id: reader.parse("user_id", UserId::parse)?,
        channel: reader.channel()?,
        text: reader.parse("address", UserAddressText::parse)?,
        created_at: reader.next("created_at")?,
        updated_at: reader.next("updated_at")?,
        gone_at: reader.next("gone_at")?,
    })
}
