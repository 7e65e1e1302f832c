//! Making deferred deliveries due when what they wait for has changed.

use async_trait::async_trait;
use campanile_domain::{Clock, TenantId};
use campanile_storage::{
    RESCHEDULED_AT_ONCE, RescheduleStep, Scope, StorageError, Transaction, UnitOfWork, Work,
    transact,
};
use chrono::{DateTime, Utc};

/// Makes everything that waits for quiet hours of a tenant's users fall due, if its choices have
/// changed, and says how much. `scope` is that of the tenant: the caller's, who begins, or a worker's, which finishes.
/// Broken off anywhere, it is found by [`campanile_storage::PreferenceBook::broken_off_reschedules`] and goes on where
/// it was.
///
/// Each step has its own time: with that of the first, a look that takes long would seem broken off.
///
/// # Errors
/// What was done so far stays.
pub async fn reschedule_all<S: UnitOfWork + ?Sized>(
    storage: &S,
    scope: &Scope,
    tenant: &TenantId,
    clock: &dyn Clock,
) -> Result<u64, StorageError> {
    let mut rescheduled = 0;
    loop {
        let step = reschedule_step(storage, scope, tenant, clock.now()).await?;
        rescheduled += step.rescheduled;
        if !step.more {
            return Ok(rescheduled);
        }
    }
}

/// One step, in one transaction: the next [`RESCHEDULED_AT_ONCE`] deliveries deferred by quiet hours of a tenant's users
/// fall due now, and the progress is stored. The last step removes the row; without a row there is nothing to do.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
pub async fn reschedule_step<S: UnitOfWork + ?Sized>(
    storage: &S,
    scope: &Scope,
    tenant: &TenantId,
    now: DateTime<Utc>,
) -> Result<RescheduleStep, StorageError> {
    let step = Step {
        tenant: tenant.clone(),
        now,
    };
    transact(storage, scope.clone(), step).await
}

struct Step {
    tenant: TenantId,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for Step {
    type Done = RescheduleStep;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<RescheduleStep, StorageError> {
        let (tenant, now) = (&self.tenant, self.now);
        let Some(cursor) = tx.lock_reschedule(tenant).await? else {
            tx.nothing_written();
            return Ok(RescheduleStep::default());
        };
        let rescheduled = tx.reschedule_deferred(tenant, &cursor, now).await?;
        let is_full = rescheduled.len() >= RESCHEDULED_AT_ONCE;
        let next = rescheduled.last().filter(|_| is_full);
        match next {
            Some(next) => tx.advance_reschedule(tenant, next, now).await?,
            None => tx.end_reschedule(tenant).await?,
        }
        Ok(RescheduleStep {
            rescheduled: rescheduled.len() as u64,
            more: next.is_some(),
        })
    }
}
