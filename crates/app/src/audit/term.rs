//! For how long a tenant's audit rows are kept.

use campanile_domain::{Act, AuditAction, AuditDays, TenantId};
use campanile_pipeline::{AuditDaysLook, AuditEntry, Audited, set_audit_days};
use campanile_storage::{Storage, StorageError};

/// The period that holds for a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AuditTerm {
    /// For how many days its audit rows are kept.
    pub days: AuditDays,
    /// Whether that is the installation's period, because the tenant has set none.
    pub is_default: bool,
}

impl AuditTerm {
    fn of(own: Option<AuditDays>, default: AuditDays) -> Self {
        Self {
            days: own.unwrap_or(default),
            is_default: own.is_none(),
        }
    }
}

/// The period that holds for a tenant.
///
/// # Errors
/// [`StorageError`].
pub async fn term(
    storage: &dyn Storage,
    tenant: &TenantId,
    default: AuditDays,
) -> Result<AuditTerm, StorageError> {
    let own = storage.audit_days(tenant).await?;
    Ok(AuditTerm::of(own, default))
}

/// Sets a tenant's own period, or clears it: then the installation's `default` applies. Rows past it are removed within a
/// day.
///
/// # Errors
/// [`StorageError`]; nothing is changed.
pub async fn set_term(
    storage: &dyn Storage,
    tenant: &TenantId,
    own: Option<AuditDays>,
    default: AuditDays,
    act: &Act,
) -> Result<AuditTerm, StorageError> {
    let entry = AuditEntry::new(tenant, act, AuditAction::AuditRetention, "audit_log");
    let audited = Audited::new(storage, entry.looking(AuditDaysLook));
    set_audit_days(&audited, tenant, own).await?;
    Ok(AuditTerm::of(own, default))
}
