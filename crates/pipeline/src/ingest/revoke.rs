//! The key of an ingest address is refused from now on.

use async_trait::async_trait;
use campanile_domain::{IngestId, TenantId};
use campanile_storage::{Scope, StorageError, Transaction, UnitOfWork, Work, transact};
use chrono::{DateTime, Utc};

/// Revokes an address and forgets its groups of alerts; `false` where the tenant has none of this id in use.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`].
pub async fn revoke_ingest_address<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    id: IngestId,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let work = Revoke {
        tenant: tenant.clone(),
        id,
        now,
    };
    transact(storage, Scope::caller(tenant), work).await
}

struct Revoke {
    tenant: TenantId,
    id: IngestId,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for Revoke {
    type Done = bool;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<bool, StorageError> {
        let is_revoked = tx
            .revoke_ingest_address(&self.tenant, self.id, self.now)
            .await?;
        if !is_revoked {
            tx.nothing_written();
        }
        Ok(is_revoked)
    }
}
