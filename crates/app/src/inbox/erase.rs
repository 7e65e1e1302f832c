//! A person is erased, with their inbox.

use std::sync::Arc;

use campanile_domain::{Act, AuditAction, TenantId, UserId};
use campanile_pipeline::{AuditEntry, Audited, erase_user};
use campanile_storage::StorageError;

use super::Inboxes;

impl Inboxes {
    /// Erases a person: what is known of them, their devices and their notifications. `false`: there
    /// was nothing of them.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn erase(
        &self,
        tenant: &TenantId,
        user: &UserId,
        act: &Act,
    ) -> Result<bool, StorageError> {
        let (storage, own) = (Arc::clone(&self.storage), (tenant.clone(), user.clone()));
        // The id stays in the log: it is the record that the person was erased.
        let target = format!("user/{user}");
        let entry = AuditEntry::new(tenant, act, AuditAction::UserErase, target);
        let now = act.at;
        let write = async move {
            let audited = Audited::new(&storage, entry);
            erase_user(&audited, &own.0, &own.1, now).await
        };
        self.write(tenant, user, write).await
    }
}
