//! Removing fan-outs that are over and past their term.

use async_trait::async_trait;
use campanile_domain::TenantId;
use campanile_storage::{
    FORGOTTEN_AT_ONCE, FORGOTTEN_BATCHES_AT_ONCE, Fanouts, Retention, Scope, StorageError,
    Transaction, UnitOfWork, Work, transact,
};
use chrono::{DateTime, Utc};

use crate::RetentionRun;

/// Removes every tenant's fan-outs that are over and past the tenant's term, in steps that may be broken off anywhere,
/// or counts them in a dry run; says how many.
///
/// # Errors
/// What the steps before the failing one removed stays removed.
pub async fn forget_past_term<S>(storage: &S, run: RetentionRun) -> Result<u64, StorageError>
where
    S: Fanouts + Retention + UnitOfWork + ?Sized,
{
    let mut all = 0;
    for (tenant, own) in storage.retention_terms().await? {
        let before = own.unwrap_or(run.default).cutoff(run.now);
        if run.dry_run {
            all += storage.count_forgettable(&tenant, before).await?;
            continue;
        }
        loop {
            let removed = forget_fanouts(storage, &tenant, before).await?;
            all += removed;
            if removed < u64::from(FORGOTTEN_AT_ONCE) {
                break;
            }
        }
    }
    Ok(all)
}

/// Removes a tenant's fan-outs that were over before this moment, with what they left, at most
/// [`campanile_storage::FORGOTTEN_AT_ONCE`]; says how many.
///
/// # Errors
/// [`StorageError`].
pub async fn forget_fanouts<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    before: DateTime<Utc>,
) -> Result<u64, StorageError> {
    let scope = Scope::worker_for(tenant);
    let step = |what| Forget {
        what,
        tenant: tenant.clone(),
        before,
    };
    // First what they have made, a bounded number of rows in each transaction.
    loop {
        let removed = transact(storage, scope.clone(), step(What::Batches)).await?;
        if removed < u64::from(FORGOTTEN_BATCHES_AT_ONCE) {
            break;
        }
    }
    transact(storage, scope, step(What::Fanouts)).await
}

enum What {
    Batches,
    Fanouts,
}

struct Forget {
    what: What,
    tenant: TenantId,
    before: DateTime<Utc>,
}

#[async_trait]
impl Work for Forget {
    type Done = u64;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<u64, StorageError> {
        match self.what {
            What::Batches => tx.remove_batches(&self.tenant, self.before).await,
            What::Fanouts => tx.remove_fanouts(&self.tenant, self.before).await,
        }
    }
}
