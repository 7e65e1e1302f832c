//! Rows of the audit log.

use async_trait::async_trait;
use campanile_domain::{AuditDays, AuditHash, AuditHead, AuditId, AuditRow, TenantId};

use crate::StorageError;

/// Rows that one step of retention removes at most.
pub const AUDIT_REMOVED_AT_ONCE: u32 = 500;

/// Operations on a tenant's audit log.
#[async_trait]
pub trait AuditRows: Send {
    /// Waits until no other transaction adds or removes rows of this tenant, and keeps others waiting until the end of
    /// this one; gives where the chain begins and ends.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn lock_audit_head(&mut self, tenant: &TenantId) -> Result<AuditHead, StorageError>;

    /// Adds a row, which is the last one from now on. The head is locked.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn append_audit(&mut self, tenant: &TenantId, row: &AuditRow)
    -> Result<(), StorageError>;

    /// For how long the tenant keeps its rows, if it has set that.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn audit_days_of(&mut self, tenant: &TenantId)
    -> Result<Option<AuditDays>, StorageError>;

    /// Sets for how long the tenant keeps its rows; `None`: as long as the installation says. The head is locked.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn set_audit_days(
        &mut self,
        tenant: &TenantId,
        days: Option<AuditDays>,
    ) -> Result<(), StorageError>;

    /// Ids, numbers and hashes of the oldest rows with ids below `before`, oldest first.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn oldest_audit_rows(
        &mut self,
        tenant: &TenantId,
        before: AuditId,
        limit: u32,
    ) -> Result<Vec<(AuditId, u64, AuditHash)>, StorageError>;

    /// Removes rows up to one, which the chain begins after from now on; says how many. The head is locked.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn remove_audit_rows(
        &mut self,
        tenant: &TenantId,
        last: &(AuditId, u64, AuditHash),
    ) -> Result<u64, StorageError>;
}
