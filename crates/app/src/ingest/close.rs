//! What was sent last for a group is closed: it counts as read, and what has not left is cancelled.

use campanile_domain::{InboxChange, IngestGroup, NotificationId, TenantId};
use campanile_storage::StorageError;

use super::IngestTaker;
use crate::fanouts;

impl IngestTaker {
    /// Closes the notifications of a group, except those that take their place. Says how many. Doing it again changes
    /// nothing.
    pub(super) async fn close(
        &self,
        tenant: &TenantId,
        earlier: &IngestGroup,
        except: &IngestGroup,
    ) -> Result<u64, StorageError> {
        let mut closed = 0;
        for id in &earlier.notifications {
            if !except.notifications.contains(id) && self.close_one(tenant, *id).await? {
                closed += 1;
            }
        }
        if let Some(id) = earlier.fanout
            && except.fanout != Some(id)
        {
            let clock = self.clock.as_ref();
            let ended = fanouts::close(self.storage.as_ref(), clock, tenant, id).await?;
            closed += u64::from(ended.is_some());
        }
        Ok(closed)
    }

    /// `false` where it is gone.
    async fn close_one(&self, tenant: &TenantId, id: NotificationId) -> Result<bool, StorageError> {
        let Some(user) = self.storage.recipient(tenant, id).await? else {
            return Ok(false);
        };
        self.inboxes
            .change(tenant, &user, id, InboxChange::Read)
            .await
    }
}
