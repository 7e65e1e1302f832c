//! A sender cancels what of a notification has not left.

use std::sync::Arc;

use campanile_domain::{NotificationId, TenantId};
use campanile_pipeline::cancel_notification;
use campanile_storage::{CancelOutcome, StorageError};
use campanile_telemetry::metrics;

use super::{Inboxes, count_cancelled};

impl Inboxes {
    /// Cancels a notification's deliveries that have not left, and keeps it out of the inbox where it
    /// was not shown yet. `None`: the tenant has no such notification.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn cancel(
        &self,
        tenant: &TenantId,
        id: NotificationId,
    ) -> Result<Option<CancelOutcome>, StorageError> {
        // Whose inbox is about to change is asked first; it never changes.
        let Some(user) = self.storage.recipient(tenant, id).await? else {
            return Ok(None);
        };
        let (storage, now) = (Arc::clone(&self.storage), self.now());
        let write = {
            let tenant = tenant.clone();
            async move { cancel_notification(storage.as_ref(), &tenant, id, now).await }
        };
        let outcome = self.write(tenant, &user, write).await?;
        if let Some(CancelOutcome::Stopped { deliveries, .. }) = &outcome {
            metrics().notifications_cancelled_total.inc();
            count_cancelled(deliveries);
        }
        Ok(outcome)
    }
}
