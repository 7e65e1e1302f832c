//! A tenant gets a new data key.

use campanile_domain::TenantId;
use campanile_sealing::KeyRing;
use campanile_storage::{DataKeyFacts, StorageError};
use sqlx::PgConnection;

use crate::connection::count;
use crate::error::Fault;

pub(super) async fn facts(
    connection: &mut PgConnection,
    tenant: &TenantId,
    is_read_only: bool,
) -> Result<DataKeyFacts, Fault> {
    let statement = match is_read_only {
        true => "SELECT created_at FROM tenant_keys WHERE tenant = $1",
        false => "SELECT created_at FROM tenant_keys WHERE tenant = $1 FOR UPDATE",
    };
    let made_at = sqlx::query_scalar(statement)
        .bind(tenant.as_str())
        .fetch_optional(&mut *connection)
        .await?;
    let former = sqlx::query_scalar("SELECT count(*) FROM tenant_former_keys WHERE tenant = $1");
    let former: i64 = former.bind(tenant.as_str()).fetch_one(connection).await?;
    Ok(DataKeyFacts {
        made_at,
        former: count(former),
    })
}

pub(super) async fn renew(
    connection: &mut PgConnection,
    ring: &KeyRing,
    tenant: &TenantId,
) -> Result<(), Fault> {
    let Some(wrapped) = ring.new_key(tenant)? else {
        return Err(StorageError::Refused("CAMPANILE_MASTER_KEY is not set".into()).into());
    };
    let former = sqlx::query(
        "INSERT INTO tenant_former_keys (tenant, wrapped, created_at)
         SELECT k.tenant, k.wrapped, k.created_at FROM tenant_keys k WHERE k.tenant = $1",
    )
    .bind(tenant.as_str())
    .execute(&mut *connection)
    .await?;
    // The database's clock: `keys::stored` computes the age of a key with it, too.
    let store = match former.rows_affected() {
        // Of several processes at once, one stores the key that all use: it may have sealed something by now.
        0 => {
            "INSERT INTO tenant_keys (tenant, wrapped, created_at) VALUES ($1, $2, clock_timestamp()) ON CONFLICT DO NOTHING"
        }
        _ => {
            "UPDATE tenant_keys SET wrapped = $2, created_at = clock_timestamp() WHERE tenant = $1"
        }
    };
    sqlx::query(store)
        .bind(tenant.as_str())
        .bind(&wrapped)
        .execute(connection)
        .await?;
    Ok(())
}

/// What another master key has wrapped stays: what it has sealed may be wanted again, once that key is back.
pub(super) async fn remove_former(
    connection: &mut PgConnection,
    ring: &KeyRing,
    tenant: &TenantId,
) -> Result<u64, Fault> {
    let former = sqlx::query_scalar("SELECT wrapped FROM tenant_former_keys WHERE tenant = $1");
    let former: Vec<Vec<u8>> = former
        .bind(tenant.as_str())
        .fetch_all(&mut *connection)
        .await?;
    let opens = |wrapped: &Vec<u8>| {
        let master = ring.master();
        master.is_some_and(|master| master.unwrap(tenant, wrapped).is_ok())
    };
    let gone: Vec<Vec<u8>> = former.into_iter().filter(opens).collect();
    let done =
        sqlx::query("DELETE FROM tenant_former_keys WHERE tenant = $1 AND wrapped = ANY ($2)")
            .bind(tenant.as_str())
            .bind(&gone)
            .execute(connection)
            .await?;
    Ok(done.rows_affected())
}
