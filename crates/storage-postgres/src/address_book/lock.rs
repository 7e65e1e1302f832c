//! Keeps plans and erasures of a tenant's people apart: a plan that has read a person's notifications
//! and addresses would otherwise write deliveries that an erasure under way does not see.

use campanile_domain::TenantId;
use sqlx::PgConnection;

use crate::error::Fault;

/// An expression in SQL that shares it, of the tenant in a column, until the transaction ends. It does
/// not wait: it is false while a user of the tenant is being erased, so that the plans of other tenants
/// go on.
macro_rules! no_erasure {
    ($tenant:literal) => {
        concat!(
            "pg_try_advisory_xact_lock_shared(hashtextextended('campanile_people/' || ",
            $tenant,
            ", 0))"
        )
    };
}
pub(crate) use no_erasure;

/// Shares it of one tenant, if no user is being erased.
pub(crate) async fn shared(
    connection: &mut PgConnection,
    tenant: &TenantId,
) -> Result<bool, Fault> {
    let shared = sqlx::query_scalar(concat!("SELECT ", no_erasure!("$1")));
    Ok(shared.bind(tenant.as_str()).fetch_one(connection).await?)
}

/// Shares it of one tenant, once no user is being erased.
pub(crate) async fn shared_later(
    connection: &mut PgConnection,
    tenant: &TenantId,
) -> Result<(), Fault> {
    sqlx::query(
        "SELECT pg_advisory_xact_lock_shared(hashtextextended('campanile_people/' || $1, 0))",
    )
    .bind(tenant.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

/// Waits for the plans under way; later ones leave the tenant out until this transaction ends.
pub(crate) async fn alone(connection: &mut PgConnection, tenant: &TenantId) -> Result<(), Fault> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('campanile_people/' || $1, 0))")
        .bind(tenant.as_str())
        .execute(connection)
        .await?;
    Ok(())
}
