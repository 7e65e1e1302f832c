//! A user has seen notifications.

use std::sync::Arc;

use campanile_domain::{NotificationId, TenantId, UserId};
use campanile_pipeline::see_notifications;
use campanile_storage::{Cancelled, StorageError};

use super::{Inboxes, count_write};

impl Inboxes {
    /// Marks notifications as seen, as far as they are the user's and were not; says how many.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn see(
        &self,
        tenant: &TenantId,
        user: &UserId,
        ids: Vec<NotificationId>,
    ) -> Result<u64, StorageError> {
        let now = self.now();
        let (storage, own) = (Arc::clone(&self.storage), (tenant.clone(), user.clone()));
        let write =
            async move { see_notifications(storage.as_ref(), &own.0, &own.1, ids, now).await };
        let seen = self.write(tenant, user, write).await?;
        count_write("seen", &Cancelled::default());
        Ok(seen)
    }
}
