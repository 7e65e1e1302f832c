//! An editor thinks better of a version that waits for its time.

use async_trait::async_trait;
use campanile_domain::{NotificationType, TenantId};
use campanile_storage::{Scope, StorageError, Transaction, UnitOfWork, Work, transact};

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unscheduled {
    /// It is gone.
    Removed,
    /// There is no such version.
    NoVersion,
    /// It was published, and stays.
    Published,
}

/// Removes a version that waits for its time.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`].
pub async fn unschedule<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    notification_type: &NotificationType,
    version: u64,
) -> Result<Unscheduled, StorageError> {
    let work = Remove {
        tenant: tenant.clone(),
        notification_type: notification_type.clone(),
        version,
    };
    transact(storage, Scope::caller(tenant), work).await
}

struct Remove {
    tenant: TenantId,
    notification_type: NotificationType,
    version: u64,
}

#[async_trait]
impl Work for Remove {
    type Done = Unscheduled;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Unscheduled, StorageError> {
        let (tenant, name, version) = (&self.tenant, &self.notification_type, self.version);
        tx.hold_templates(tenant).await?;
        let refused = match tx.version_of(tenant, name, version).await? {
            None => Unscheduled::NoVersion,
            Some(found) if found.head.published_at.is_some() => Unscheduled::Published,
            Some(_) => {
                tx.remove_scheduled(tenant, name, version).await?;
                return Ok(Unscheduled::Removed);
            }
        };
        tx.nothing_written();
        Ok(refused)
    }
}
