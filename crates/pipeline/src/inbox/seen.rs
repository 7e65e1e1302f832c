//! A user has seen notifications.

use async_trait::async_trait;
use campanile_domain::{NotificationId, TenantId, UserId};
use campanile_storage::{Scope, StorageError, Transaction, UnitOfWork, Work, transact};
use chrono::{DateTime, Utc};

/// Marks those of a user's notifications as seen that are not, all or none; gives how many. Ids that the user has no
/// notification of are left out. Nothing is cancelled: what was seen may be read elsewhere.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
pub async fn see_notifications<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    user: &UserId,
    ids: Vec<NotificationId>,
    now: DateTime<Utc>,
) -> Result<u64, StorageError> {
    let see = See {
        tenant: tenant.clone(),
        user: user.clone(),
        ids,
        now,
    };
    transact(storage, Scope::caller(tenant), see).await
}

struct See {
    tenant: TenantId,
    user: UserId,
    ids: Vec<NotificationId>,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for See {
    type Done = u64;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<u64, StorageError> {
        let seen = tx.mark_seen(&self.tenant, &self.user, &self.ids, self.now);
        let seen = seen.await?;
        if seen == 0 {
            tx.nothing_written();
        }
        Ok(seen)
    }
}
