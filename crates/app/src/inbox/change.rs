//! One notification of a user's is read, archived, snoozed, deleted, or the reverse.

use std::sync::Arc;

use campanile_cache::{InboxSignal, Mailbox, Read};
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
            if changed.is_some() {
                announce(signal.as_ref(), &own, id, change);
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

/// What the numbers of an inbox do not show. Its other streams hear of the change itself in any case.
fn announce(signal: &dyn InboxSignal, whose: &Mailbox, id: NotificationId, change: InboxChange) {
    match change {
        InboxChange::Read => signal.read(whose, Read::These(vec![id])),
        InboxChange::Unread | InboxChange::Unarchive | InboxChange::Unsnooze => {
            signal.returned(whose, id);
        }
        InboxChange::Seen | InboxChange::Archive | InboxChange::Snooze { .. } => {}
    }
}

fn counted(verb: &str, written: Option<Cancelled>) -> bool {
    if let Some(cancelled) = &written {
        count_write(verb, cancelled);
    }
    written.is_some()
}
