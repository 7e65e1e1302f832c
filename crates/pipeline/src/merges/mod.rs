//! Two users of a tenant become one, in steps (ADR 89).

mod start;
mod step;

use async_trait::async_trait;
use campanile_domain::{TenantId, UserId, UserMerge};
use campanile_storage::{Scope, StorageError, Transaction, UnitOfWork, Work, transact};
use chrono::{DateTime, TimeDelta, Utc};

pub use start::{MergeRefusal, merge_users};
pub use step::{MergeTurn, merge_step};

/// For how long the row of a merge is kept after its end.
const KEPT: TimeDelta = TimeDelta::days(30);

/// The latest merge that removes, or removed, this user; `None` if there is none, or it ended long ago.
///
/// # Errors
/// [`StorageError`].
pub async fn user_merge<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    from: &UserId,
) -> Result<Option<UserMerge>, StorageError> {
    let find = Find {
        tenant: tenant.clone(),
        from: from.clone(),
    };
    transact(storage, Scope::reader(tenant), find).await
}

struct Find {
    tenant: TenantId,
    from: UserId,
}

#[async_trait]
impl Work for Find {
    type Done = Option<UserMerge>;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Self::Done, StorageError> {
        tx.merge_of(&self.tenant, &self.from).await
    }
}

/// Removes rows of merges that ended long ago.
///
/// # Errors
/// [`StorageError`].
pub async fn forget_merges<S: UnitOfWork + ?Sized>(
    storage: &S,
    now: DateTime<Utc>,
) -> Result<u64, StorageError> {
    transact(storage, Scope::worker(), Forget(now - KEPT)).await
}

struct Forget(DateTime<Utc>);

#[async_trait]
impl Work for Forget {
    type Done = u64;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<u64, StorageError> {
        tx.forget_merges(self.0).await
    }
}
