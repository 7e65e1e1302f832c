//! Addresses in channels of recipes.

use campanile_domain::{Channel, TenantId, UserAddress, UserAddressText, UserId};
use campanile_storage::StorageError;
use sqlx::sqlite::SqliteRow;
use sqlx::{SqliteConnection, SqlitePool};

use super::user_id;
use crate::error::{storage_error, undecodable};
use crate::rows::{channel, get, get_moment, micros, moment, tenant};

pub(super) async fn put(
    connection: &mut SqliteConnection,
    address: UserAddress,
) -> Result<(UserAddress, bool), StorageError> {
    let is_known: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM user_addresses WHERE tenant = ? AND user_id = ? AND channel = ?)",
    )
    .bind(address.tenant.as_str())
    .bind(address.user_id.as_str())
    .bind(address.channel.name())
    .fetch_one(&mut *connection)
    .await
    .map_err(storage_error)?;
    let row = sqlx::query(
        "INSERT INTO user_addresses (tenant, user_id, channel, address, created_at, updated_at) \
         VALUES (?, ?, ?, ?, ?, ?) \
         ON CONFLICT (tenant, user_id, channel) DO UPDATE SET address = excluded.address, \
         updated_at = excluded.updated_at, gone_at = NULL \
         RETURNING tenant, user_id, channel, address, created_at, updated_at, gone_at",
    )
    .bind(address.tenant.as_str())
    .bind(address.user_id.as_str())
    .bind(address.channel.name())
    .bind(address.text.as_str())
    .bind(micros(address.created_at))
    .bind(micros(address.updated_at))
    .fetch_one(connection)
    .await
    .map_err(storage_error)?;
    Ok((read(&row)?, !is_known))
}

pub(super) async fn of(
    readers: &SqlitePool,
    tenant: &TenantId,
    user: &UserId,
) -> Result<Vec<UserAddress>, StorageError> {
    let rows = sqlx::query(
        "SELECT tenant, user_id, channel, address, created_at, updated_at, gone_at \
         FROM user_addresses WHERE tenant = ? AND user_id = ? ORDER BY channel",
    )
    .bind(tenant.as_str())
    .bind(user.as_str())
    .fetch_all(readers)
    .await
    .map_err(storage_error)?;
    rows.iter().map(read).collect()
}

pub(super) async fn remove(
    connection: &mut SqliteConnection,
    tenant: TenantId,
    user: UserId,
    channel: Channel,
) -> Result<bool, StorageError> {
    sqlx::query("DELETE FROM user_addresses WHERE tenant = ? AND user_id = ? AND channel = ?")
        .bind(tenant.as_str())
        .bind(user.as_str())
        .bind(channel.name())
        .execute(connection)
        .await
        .map(|done| done.rows_affected() > 0)
        .map_err(storage_error)
}

fn read(row: &SqliteRow) -> Result<UserAddress, StorageError> {
    let text = UserAddressText::parse(get(row, "address")?);
    Ok(UserAddress {
        tenant: tenant(row)?,
        user_id: user_id(row, "user_addresses")?,
        channel: channel(get(row, "channel")?)?,
        text: text.map_err(|error| undecodable("user_addresses", "address", error))?,
        created_at: moment(get(row, "created_at")?)?,
        updated_at: moment(get(row, "updated_at")?)?,
        gone_at: get_moment(row, "gone_at")?,
    })
}
