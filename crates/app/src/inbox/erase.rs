//! A person is erased, with their inbox.

use std::sync::Arc;

use campanile_domain::{Act, AuditAction, ErasureReceipt, TenantId, UserId};
use campanile_pipeline::{AuditEntry, Audited, ErasureLook, erase_with_receipt};
use campanile_storage::StorageError;

use super::Inboxes;

impl Inboxes {
    /// Erases a person: what is known of them, their devices and their notifications; gives the receipt, which the audit log
    /// holds, too. `None`: there was nothing of them.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn erase(
        &self,
        tenant: &TenantId,
        user: &UserId,
        act: &Act,
    ) -> Result<Option<ErasureReceipt>, StorageError> {
        let (storage, own) = (Arc::clone(&self.storage), (tenant.clone(), user.clone()));
        // The id stays in the log: it is the record that the person was erased.
        let target = format!("user/{user}");
        let look = ErasureLook::default();
        let entry = AuditEntry::new(tenant, act, AuditAction::UserErase, target);
        let entry = entry.looking(look.clone());
        let now = act.at;
        let write = async move {
            let audited = Audited::new(&storage, entry);
            erase_with_receipt(&audited, &own.0, &own.1, now, &look).await
        };
        self.write(tenant, user, write).await
    }
}
