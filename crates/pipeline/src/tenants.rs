//! Removing what a tenant has that is being deleted.

use campanile_domain::TenantId;
use campanile_storage::{Storage, StorageError};
use chrono::{DateTime, TimeDelta, Utc};

/// Rows of a step.
const AT_ONCE: u32 = 500;
/// Nothing is removed before: a process may not know yet that the tenant is being removed, and store for it.
const BEGINS_AFTER: TimeDelta = TimeDelta::minutes(1);
/// The tenant's own row stays for so long: a worker records what it had in hand, the longest call included.
const ENDS_AFTER: TimeDelta = TimeDelta::minutes(15);

/// What one turn did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RemovedTenants {
    /// Rows that are gone.
    pub rows: u64,
    /// Tenants that are gone.
    pub tenants: Vec<TenantId>,
}

/// Removes rows of tenants that are being deleted, and the tenants of which nothing is left. Each step is a transaction, so
/// a turn can be interrupted anywhere; the next one, in any process, continues. Turns of several processes do no harm to
/// each other.
///
/// # Errors
/// What the steps before the failing one did stays done.
pub async fn remove_tenants<S: Storage + ?Sized>(
    storage: &S,
    now: DateTime<Utc>,
) -> Result<RemovedTenants, StorageError> {
    let mut removed = RemovedTenants::default();
    for tenant in storage.tenants_in_removal(now - BEGINS_AFTER).await? {
        loop {
            let rows = storage.remove_tenant_rows(&tenant.id, AT_ONCE).await?;
            removed.rows += rows;
            if rows == 0 {
                break;
            }
        }
        let since = tenant.removing_since.unwrap_or(now);
        if since <= now - ENDS_AFTER && storage.end_tenant_removal(&tenant.id).await? {
            removed.tenants.push(tenant.id);
        }
    }
    Ok(removed)
}
