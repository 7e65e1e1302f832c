//! How many types a tenant may have.

use campanile_domain::{TemplateLimits, TenantId};
use campanile_storage::{StorageError, Transaction};

/// How many types of a tenant may have templates or a schema: what the operator of the installation has set, and never more
/// than [`TemplateLimits::TYPES`].
pub(super) async fn most_types(
    tx: &mut dyn Transaction,
    tenant: &TenantId,
) -> Result<usize, StorageError> {
    let found = tx.tenant_row(tenant).await?;
    let own = found.and_then(|tenant| tenant.limits.types);
    let own = own.and_then(|most| usize::try_from(most).ok());
    Ok(own.map_or(TemplateLimits::TYPES, |most| {
        most.min(TemplateLimits::TYPES)
    }))
}
