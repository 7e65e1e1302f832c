//! Dead letters become deliveries again.

use async_trait::async_trait;
use campanile_domain::TenantId;
use campanile_storage::{
    DeadLetterFilter, Scope, StorageError, Transaction, UnitOfWork, Work, transact,
};
use chrono::{DateTime, Utc};

/// Schedules up to `limit` of a tenant's dead letters again, oldest first: due now, with the full retry schedule, earlier
/// attempts kept. Returns how many; fewer than `limit` means that none is left. One whose notification was erased is
/// only removed, and counts; an unreadable message has nothing to deliver, so it stays and does not count.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition goes on with the rest.
pub async fn replay_dead_letters<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    filter: &DeadLetterFilter,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<u64, StorageError> {
    let replay = Replay {
        tenant: tenant.clone(),
        filter: filter.clone(),
        now,
        limit,
    };
    transact(storage, Scope::caller(tenant), replay).await
}

struct Replay {
    tenant: TenantId,
    filter: DeadLetterFilter,
    now: DateTime<Utc>,
    limit: u32,
}

#[async_trait]
impl Work for Replay {
    type Done = u64;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<u64, StorageError> {
        let taken = tx.take_dead_letters(&self.tenant, &self.filter, self.limit);
        let taken = taken.await?;
        if taken.is_empty() {
            tx.nothing_written();
            return Ok(0);
        }
        tx.revive_deliveries(&self.tenant, &taken, self.now).await?;
        Ok(taken.len() as u64)
    }
}
