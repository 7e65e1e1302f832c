//! One step: a tenant's oldest notifications go, with everything that belongs to them, but for those on which work is
//! pending.

use std::collections::BTreeSet;

use async_trait::async_trait;
use campanile_domain::{NotificationId, TenantId, UserId};
use campanile_storage::{
    ExpiredNotification, NotificationRange, REMOVED_AT_ONCE, RemoveStep, Scope, StorageError,
    Transaction, UnitOfWork, Work, transact,
};

/// Removes a tenant's oldest notifications between the two ids, at most [`REMOVED_AT_ONCE`], with everything that belongs
/// to them, in one transaction. What is pending stays whole. `None`: another process is removing.
///
/// # Errors
/// Nothing is removed, except after [`StorageError::CommitUnknown`]; a repetition goes on.
pub async fn remove_step<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    after: NotificationId,
    before: NotificationId,
) -> Result<Option<RemoveStep>, StorageError> {
    let remove = Remove {
        tenant: tenant.clone(),
        after,
        before,
    };
    transact(storage, Scope::worker_for(tenant), remove).await
}

struct Remove {
    tenant: TenantId,
    after: NotificationId,
    before: NotificationId,
}

#[async_trait]
impl Work for Remove {
    type Done = Option<RemoveStep>;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Option<RemoveStep>, StorageError> {
        let tenant = &self.tenant;
        if !tx.lock_retention().await? {
            tx.nothing_written();
            return Ok(None);
        }
        let found = tx.oldest_between(tenant, self.after, self.before, REMOVED_AT_ONCE);
        let found = found.await?;
        let (Some(first), Some(last)) = (found.first(), found.last()) else {
            tx.nothing_written();
            return Ok(Some(RemoveStep::default()));
        };
        let (first, last) = (first.id, last.id);
        let range = NotificationRange { first, last };
        let deliveries = tx.lock_deliveries(tenant, range).await?;
        // Only after the locks: a replay that came before them has scheduled its retries by now, one that comes later
        // finds nothing to revive.
        let pending = tx.pending_in(tenant, range).await?;
        let gone = deliveries
            .into_iter()
            .filter(|(notification, _)| !pending.contains(notification));
        let gone: Vec<_> = gone.map(|(_, delivery)| delivery).collect();
        let removed = tx.remove_in(tenant, range, &pending, &gone).await?;
        let count = found.len();
        Ok(Some(RemoveStep {
            removed,
            pending: (count as u64).saturating_sub(removed.notifications),
            more_after: (count == REMOVED_AT_ONCE).then_some(last),
            users: if removed.notifications > 0 {
                users(found)
            } else {
                Vec::new()
            },
        }))
    }
}

/// Each once.
fn users(found: Vec<ExpiredNotification>) -> Vec<UserId> {
    let users: BTreeSet<UserId> = found.into_iter().filter_map(|one| one.user).collect();
    users.into_iter().collect()
}
