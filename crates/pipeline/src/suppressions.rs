//! Operators change the list of addresses that are not to be used.

use async_trait::async_trait;
use campanile_domain::{Suppression, SuppressionKey, TenantId};
use campanile_storage::{Scope, StorageError, Transaction, UnitOfWork, Work, transact};

/// Adds entries to a tenant's list; one that is there stays as it is. Says how many are new. Deliveries to these addresses
/// that have not left end as suppressed when they fall due.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
pub async fn add_suppressions<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    entries: Vec<Suppression>,
) -> Result<u64, StorageError> {
    let add = Add {
        tenant: tenant.clone(),
        entries,
    };
    transact(storage, Scope::caller(tenant), add).await
}

struct Add {
    tenant: TenantId,
    entries: Vec<Suppression>,
}

#[async_trait]
impl Work for Add {
    type Done = u64;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<u64, StorageError> {
        let added = tx.add_suppressions(&self.tenant, &self.entries).await?;
        if added == 0 {
            tx.nothing_written();
        }
        Ok(added)
    }
}

/// Removes an entry; `false` if there is none. What was suppressed stays so.
///
/// # Errors
/// As [`add_suppressions`].
pub async fn remove_suppression<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    key: &SuppressionKey,
) -> Result<bool, StorageError> {
    let remove = Remove {
        tenant: tenant.clone(),
        key: key.clone(),
    };
    transact(storage, Scope::caller(tenant), remove).await
}

struct Remove {
    tenant: TenantId,
    key: SuppressionKey,
}

#[async_trait]
impl Work for Remove {
    type Done = bool;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<bool, StorageError> {
        let removed = tx.remove_suppression(&self.tenant, &self.key).await?;
        if !removed {
            tx.nothing_written();
        }
        Ok(removed)
    }
}
