//! Addresses in channels of recipes.

use std::sync::Arc;

use campanile_domain::{Channel, TenantId, UserAddress, UserAddressText, UserId};
use campanile_sealing::{AddressKind, KeyRing, SealError};
use campanile_storage::StorageError;
use sqlx::sqlite::SqliteRow;
use sqlx::{SqliteConnection, SqlitePool};

use super::user_id;
use crate::addresses::to_store;
use crate::error::{storage_error, undecodable};
use crate::keys::{self, Opening, cannot_seal};
use crate::rows::{channel, get, get_moment, micros, moment, tenant};

pub(super) async fn put(
    connection: &mut SqliteConnection,
    ring: Arc<KeyRing>,
    address: UserAddress,
) -> Result<(UserAddress, bool), StorageError> {
    let (tenant, plain) = (&address.tenant, address.text.as_str());
    let text = to_store(&ring, connection, tenant, AddressKind::User, plain).await?;
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
    .bind(&text)
    .bind(micros(address.created_at))
    .bind(micros(address.updated_at))
    .fetch_one(&mut *connection)
    .await
    .map_err(storage_error)?;
    let opening = keys::opening(&ring, connection, tenant).await?;
    let Some(stored) = read(&row, &opening)? else {
        return Err(cannot_seal(SealError::AnotherKey));
    };
    Ok((stored, !is_known))
}

pub(super) async fn of(
    readers: &SqlitePool,
    opening: &Opening<'_>,
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
    let read = |row| read(row, opening).transpose();
    rows.iter().filter_map(read).collect()
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

/// `None`: it cannot be opened.
fn read(row: &SqliteRow, opening: &Opening<'_>) -> Result<Option<UserAddress>, StorageError> {
    let Some(text) = opening.address(AddressKind::User, get(row, "address")?) else {
        return Ok(None);
    };
    let text = UserAddressText::parse(&text);
    Ok(Some(UserAddress {
        tenant: tenant(row)?,
        user_id: user_id(row, "user_addresses")?,
        channel: channel(get(row, "channel")?)?,
        text: text.map_err(|error| undecodable("user_addresses", "address", error))?,
        created_at: moment(get(row, "created_at")?)?,
        updated_at: moment(get(row, "updated_at")?)?,
        gone_at: get_moment(row, "gone_at")?,
    }))
}
