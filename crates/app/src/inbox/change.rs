//! One notification of a user's is read, archived, snoozed, deleted, or the reverse.

use std::sync::Arc;

use campanile_cache::{Mailbox, Read};
use campanile_domain::{InboxChange, NotificationId, TenantId, UserId};
use campanile_pipeline::{change_notification, delete_notification};
use campanile_storage::{Cancelled, StorageError};

use super::{Inboxes, count_write};

impl Inboxes {
    /// Changes a notification, if it is the user's. What has not been handed to a provider yet is
    /// cancelled where the user is done with it. `false`: the user has no such notification.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn change(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: NotificationId,
        change: InboxChange,
    ) -> Result<bool, StorageError> {
        let now = self.now();
        let (storage, own) = (Arc::clone(&self.storage), Mailbox::new(tenant, user));
        let signal = Arc::clone(&self.signal);
        let write = async move {
            let (tenant, user) = (&own.tenant, &own.user);
            let changed = change_notification(storage.as_ref(), tenant, user, id, change, now);
            let changed = changed.await?;
            if changed.is_some() && change == InboxChange::Read {
                signal.read(&own, Read::These(vec![id]));
            }
            Ok(changed)
        };
        let changed = self.write(tenant, user, write).await?;
        Ok(counted(change.name(), changed))
    }

    /// Deletes a notification, as [`Inboxes::change`] changes one.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn delete(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: NotificationId,
    ) -> Result<bool, StorageError> {
        let now = self.now();
        let (storage, own) = (Arc::clone(&self.storage), (tenant.clone(), user.clone()));
        let write =
            async move { delete_notification(storage.as_ref(), &own.0, &own.1, id, now).await };
        let deleted = self.write(tenant, user, write).await?;
        Ok(counted("delete", deleted))
    }
}

fn counted(verb: &str, written: Option<Cancelled>) -> bool {
    if let Some(cancelled) = &written {
        count_write(verb, cancelled);
    }
    written.is_some()
}
