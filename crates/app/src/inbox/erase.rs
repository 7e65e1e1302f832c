//! A person is erased, with their inbox.

use std::sync::Arc;

use campanile_domain::{TenantId, UserId};
use campanile_pipeline::erase_user;
use campanile_storage::StorageError;

use super::Inboxes;

impl Inboxes {
    /// Erases a person: what is known of them, their devices and their notifications. `false`: there
    /// was nothing of them.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn erase(&self, tenant: &TenantId, user: &UserId) -> Result<bool, StorageError> {
        let (storage, own) = (Arc::clone(&self.storage), (tenant.clone(), user.clone()));
        let now = self.clock.now();
        let write = async move { erase_user(&storage, &own.0, &own.1, now).await };
        self.write(tenant, user, write).await
    }
}
