//! A user deletes a notification.

use async_trait::async_trait;
use campanile_domain::{NotificationId, TenantId, UserId, Withdrawal};
use campanile_storage::{Cancelled, Scope, StorageError, Transaction, UnitOfWork, Work, transact};
use chrono::{DateTime, Utc};

/// Deletes one of a user's notifications: it disappears from the inbox, its texts are erased, its pending deliveries are
/// cancelled. `None` if the user has no notification with this id (any more).
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
pub async fn delete_notification<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    user: &UserId,
    id: NotificationId,
    now: DateTime<Utc>,
) -> Result<Option<Cancelled>, StorageError> {
    let delete = Delete {
        tenant: tenant.clone(),
        user: user.clone(),
        id,
        now,
    };
    transact(storage, Scope::caller(tenant), delete).await
}

struct Delete {
    tenant: TenantId,
    user: UserId,
    id: NotificationId,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for Delete {
    type Done = Option<Cancelled>;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Option<Cancelled>, StorageError> {
        let (tenant, id, now) = (&self.tenant, self.id, self.now);
        let found = tx.lock_marks(tenant, &self.user, id, now).await?;
        if found.is_none() {
            tx.nothing_written();
            return Ok(None);
        }
        tx.delete_texts(tenant, id, now).await?;
        let why = Withdrawal::Deleted;
        tx.cancel_deliveries(tenant, &[id], why, now)
            .await
            .map(Some)
    }
}
