//! Keeps plans and erasures of a tenant's people apart: a plan that has read a person's notifications
//! and addresses would otherwise write deliveries that an erasure under way does not see.

use std::collections::BTreeSet;

use campanile_domain::TenantId;
use sqlx::PgConnection;

use crate::error::Fault;

/// Plans share it, until the transaction ends. Nobody is waited for: tells the tenants of whom
/// somebody is being erased, so that the plans of all others go on.
pub(crate) async fn shared<'a>(
    connection: &mut PgConnection,
    tenants: impl IntoIterator<Item = &'a TenantId>,
) -> Result<BTreeSet<String>, Fault> {
    let tenants: BTreeSet<&str> = tenants.into_iter().map(TenantId::as_str).collect();
    let busy: Vec<String> = sqlx::query_scalar(
        "SELECT tenant FROM UNNEST($1::text[]) AS x (tenant) WHERE NOT
             pg_try_advisory_xact_lock_shared(hashtextextended('campanile_people/' || tenant, 0))",
    )
    .bind(tenants.into_iter().collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    Ok(busy.into_iter().collect())
}

/// Waits for the plans under way; later ones leave the tenant out until this transaction ends.
pub(super) async fn alone(connection: &mut PgConnection, tenant: &TenantId) -> Result<(), Fault> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('campanile_people/' || $1, 0))")
        .bind(tenant.as_str())
        .execute(connection)
        .await?;
    Ok(())
}
