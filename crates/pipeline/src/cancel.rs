//! A sender cancels a notification.

use async_trait::async_trait;
use campanile_domain::{NotificationId, TenantId, Withdrawal};
use campanile_storage::{
    CancelOutcome, Scope, StorageError, Transaction, UnitOfWork, Work, transact,
};
use chrono::{DateTime, Utc};

/// Stops, in one transaction, whatever of a notification has not left: its pending deliveries become `cancelled`, and so
/// does what is planned of it later. One whose `send_at` is ahead never shows in the inbox, and its plan falls due at
/// once; one that was shown stays there. `None` if the tenant has none with this id.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
pub async fn cancel_notification<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    id: NotificationId,
    now: DateTime<Utc>,
) -> Result<Option<CancelOutcome>, StorageError> {
    let cancel = Cancel {
        tenant: tenant.clone(),
        id,
        now,
    };
    transact(storage, Scope::caller(tenant), cancel).await
}

struct Cancel {
    tenant: TenantId,
    id: NotificationId,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for Cancel {
    type Done = Option<CancelOutcome>;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Option<CancelOutcome>, StorageError> {
        let (tenant, id, now) = (&self.tenant, self.id, self.now);
        let Some(was_cancelled) = tx.lock_for_cancel(tenant, id).await? else {
            tx.nothing_written();
            return Ok(None);
        };
        // Before the deliveries: what is planned in between is found there.
        let unplanned = tx.waits_for_plan(tenant, id).await?;
        let why = Withdrawal::Cancelled;
        let deliveries = tx.cancel_deliveries(tenant, &[id], why, now).await?;
        if !was_cancelled && !unplanned && deliveries.total() == 0 {
            tx.nothing_written();
            return Ok(Some(CancelOutcome::TooLate));
        }
        if !was_cancelled {
            tx.mark_cancelled(tenant, &[id], now).await?;
        }
        if unplanned {
            // Its plan, which cancels it, is made now: depth does not count it, nor does retention keep its day, until a
            // moment that may be months away.
            tx.plan_now(tenant, id, now).await?;
        }
        Ok(Some(CancelOutcome::Stopped {
            deliveries,
            unplanned: unplanned && !was_cancelled,
        }))
    }
}
