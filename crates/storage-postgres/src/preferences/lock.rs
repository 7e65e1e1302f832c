//! Keeps changes of a tenant's choices apart from plans that defer by them: a plan that has read what
//! was chosen before would otherwise leave a delivery waiting that the change does not see.
//!
//! Only a plan that is about to defer takes the lock, and reads what was chosen again behind it.

use std::collections::BTreeSet;

use campanile_domain::TenantId;
use sqlx::PgConnection;

use crate::error::Fault;

/// Plans share it, until their transaction ends; a change under way is waited for. In the order of
/// tenants, so that two plans and two changes cannot wait for each other in a circle.
pub(crate) async fn shared(
    connection: &mut PgConnection,
    tenants: &BTreeSet<&TenantId>,
) -> Result<(), Fault> {
    for tenant in tenants {
        sqlx::query(
            "SELECT pg_advisory_xact_lock_shared(hashtextextended('campanile_choices/' || $1, 0))",
        )
        .bind(tenant.as_str())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// Waits for plans under way that defer; later ones wait for this transaction and read its choices.
pub(crate) async fn alone(connection: &mut PgConnection, tenant: &TenantId) -> Result<(), Fault> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('campanile_choices/' || $1, 0))")
        .bind(tenant.as_str())
        .execute(connection)
        .await?;
    Ok(())
}
