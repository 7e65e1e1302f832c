//! For how long a tenant's notifications are kept.

use campanile_domain::{Act, AuditAction, RetentionDays, TenantId};
use campanile_pipeline::{AuditEntry, Audited, RetentionLook, set_retention};
use campanile_storage::{Storage, StorageError};

/// The period that holds for a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// For how many days its notifications are kept, with everything that belongs to them.
    pub days: RetentionDays,
    /// Whether that is the installation's period, because the tenant has set none.
    pub is_default: bool,
}

impl Period {
    /// The period that the tenant has set, or the installation's.
    pub fn of(own: Option<RetentionDays>, default: RetentionDays) -> Self {
        Self {
            days: own.unwrap_or(default),
            is_default: own.is_none(),
        }
    }
}

/// The period that holds for a tenant; `None` if there is no such tenant.
///
/// # Errors
/// [`StorageError`].
pub async fn period(
    storage: &dyn Storage,
    tenant: &TenantId,
    default: RetentionDays,
) -> Result<Option<Period>, StorageError> {
    let tenant = storage.tenant(tenant).await?;
    Ok(tenant.map(|tenant| Period::of(tenant.retention, default)))
}

/// Sets a tenant's own period, or clears it: then the installation's `default` applies. Gives the period that holds
/// from now on; `None` if there is no such tenant.
///
/// # Errors
/// [`StorageError`].
pub async fn set(
    storage: &dyn Storage,
    tenant: &TenantId,
    own: Option<RetentionDays>,
    default: RetentionDays,
    act: &Act,
) -> Result<Option<Period>, StorageError> {
    let entry = AuditEntry::new(tenant, act, AuditAction::RetentionSet, "retention");
    let audited = Audited::new(storage, entry.looking(RetentionLook));
    let is_set = set_retention(&audited, tenant, own).await?;
    Ok(is_set.then(|| Period::of(own, default)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenants_own_term_goes_before_the_installations() {
        let (own, default) = (RetentionDays::MIN, RetentionDays::DEFAULT);
        let holds = |own| {
            let period = Period::of(own, default);
            (period.days, period.is_default)
        };
        assert_eq!(holds(Some(own)), (own, false));
        assert_eq!(holds(Some(default)), (default, false));
        assert_eq!(holds(None), (default, true));
    }
}
