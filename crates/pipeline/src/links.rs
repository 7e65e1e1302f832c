//! A link that works once is used.

use async_trait::async_trait;
use campanile_domain::{Remembered, RememberedKey, TenantId};
use campanile_storage::{Scope, StorageError, Transaction, UnitOfWork, Work, transact};
use chrono::{DateTime, TimeDelta, Utc};

/// Clocks of two machines may differ by so much: a link stays known as used until it is over by both.
const LEEWAY: TimeDelta = TimeDelta::minutes(5);

/// Uses a link; `false` if it was used before. Of several at once, one is told `true`.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`], when the link may be used up.
pub async fn use_link<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    token: &str,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let link = Use {
        tenant: tenant.clone(),
        what: Remembered {
            key: RememberedKey::used(token),
            at: now,
            expires_at: expires_at + LEEWAY,
        },
    };
    transact(storage, Scope::caller(tenant), link).await
}

struct Use {
    tenant: TenantId,
    what: Remembered,
}

#[async_trait]
impl Work for Use {
    type Done = bool;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<bool, StorageError> {
        let is_new = tx.remember(&self.tenant, &self.what).await?;
        if !is_new {
            tx.nothing_written();
        }
        Ok(is_new)
    }
}
