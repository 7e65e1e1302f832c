//! A tenant gets a new data key.

use campanile_domain::TenantId;
use campanile_sealing::KeyRing;
use campanile_storage::{DataKeyFacts, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::error::storage_error;
use crate::keys::cannot_seal;
use crate::rows::{micros, moment};

/// The one writer is the lock.
pub(super) async fn facts(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
) -> Result<DataKeyFacts, StorageError> {
    let made_at: Option<i64> =
        sqlx::query_scalar("SELECT created_at FROM tenant_keys WHERE tenant = ?")
            .bind(tenant.as_str())
            .fetch_optional(&mut *connection)
            .await
            .map_err(storage_error)?;
    let former: i64 =
        sqlx::query_scalar("SELECT count(*) FROM tenant_former_keys WHERE tenant = ?")
            .bind(tenant.as_str())
            .fetch_one(connection)
            .await
            .map_err(storage_error)?;
    Ok(DataKeyFacts {
        made_at: made_at.map(moment).transpose()?,
        former: u64::try_from(former).unwrap_or(0),
    })
}

pub(super) async fn renew(
    connection: &mut SqliteConnection,
    ring: &KeyRing,
    tenant: &TenantId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let Some(wrapped) = ring.new_key(tenant).map_err(cannot_seal)? else {
        return Err(StorageError::Refused(
            "CAMPANILE_MASTER_KEY is not set".into(),
        ));
    };
    for statement in [
        "INSERT INTO tenant_former_keys (tenant, wrapped, created_at) \
         SELECT tenant, wrapped, created_at FROM tenant_keys WHERE tenant = ?1",
        "INSERT INTO tenant_keys (tenant, wrapped, created_at) VALUES (?1, ?2, ?3) \
         ON CONFLICT (tenant) DO UPDATE SET wrapped = excluded.wrapped, created_at = excluded.created_at",
    ] {
        sqlx::query(statement)
            .bind(tenant.as_str())
            .bind(&wrapped)
            .bind(micros(now))
            .execute(&mut *connection)
            .await
            .map_err(storage_error)?;
    }
    // A reader that took the keys before this is committed meets rows of the new one.
    ring.announce(tenant, &wrapped);
    Ok(())
}

/// What another master key has wrapped stays: what it has sealed may be wanted again, once that key is back.
pub(super) async fn remove_former(
    connection: &mut SqliteConnection,
    ring: &KeyRing,
    tenant: &TenantId,
) -> Result<u64, StorageError> {
    let former: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT wrapped FROM tenant_former_keys WHERE tenant = ?")
            .bind(tenant.as_str())
            .fetch_all(&mut *connection)
            .await
            .map_err(storage_error)?;
    let mut gone = 0;
    for wrapped in former {
        let master = ring.master();
        if master.is_some_and(|master| master.unwrap(tenant, &wrapped).is_ok()) {
            let done =
                sqlx::query("DELETE FROM tenant_former_keys WHERE tenant = ? AND wrapped = ?")
                    .bind(tenant.as_str())
                    .bind(wrapped)
                    .execute(&mut *connection)
                    .await
                    .map_err(storage_error)?;
            gone += done.rows_affected();
        }
    }
    Ok(gone)
}
