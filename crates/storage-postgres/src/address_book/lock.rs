//! Keeps plans and erasures of a tenant's people apart: a plan that has read a person's notifications
//! and addresses would otherwise write deliveries that an erasure under way does not see.

use std::collections::BTreeSet;

use campanile_domain::TenantId;
use sqlx::PgConnection;

use crate::error::Fault;

/// Plans share it, in the same order everywhere; held until the transaction ends.
pub(crate) async fn shared<'a>(
    connection: &mut PgConnection,
    tenants: impl IntoIterator<Item = &'a TenantId>,
) -> Result<(), Fault> {
    let tenants: BTreeSet<&str> = tenants.into_iter().map(TenantId::as_str).collect();
    sqlx::query(
        "SELECT pg_advisory_xact_lock_shared(hashtextextended('campanile_people/' || tenant, 0))
         FROM UNNEST($1::text[]) AS x (tenant)",
    )
    .bind(tenants.into_iter().collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Waits for the plans under way; later ones wait for this transaction.
pub(super) async fn alone(connection: &mut PgConnection, tenant: &TenantId) -> Result<(), Fault> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('campanile_people/' || $1, 0))")
        .bind(tenant.as_str())
        .execute(connection)
        .await?;
    Ok(())
}
