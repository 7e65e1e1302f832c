//! Cancelling a fan-out: nothing more is made, and what was made becomes work of a recall.

use async_trait::async_trait;
use campanile_domain::{FanoutId, FanoutStatus, TenantId};
use campanile_storage::{
    CancelFanout, Scope, StorageError, Transaction, UnitOfWork, Work, transact,
};
use chrono::{DateTime, Utc};

/// Cancels a fan-out: no step follows the one under way, and [`recall_step`](super::recall_step) recalls what was
/// made. One that is over is cancelled too as long as its batches are known. `None` if there is no such fan-out.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
pub async fn cancel_fanout<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    id: FanoutId,
    now: DateTime<Utc>,
) -> Result<Option<CancelFanout>, StorageError> {
    let cancel = Cancel {
        tenant: tenant.clone(),
        id,
        marks_read: false,
        now,
    };
    transact(storage, Scope::caller(tenant), cancel).await
}

/// Cancels a fan-out whose occasion is over: as [`cancel_fanout`], and what was made is marked as read, whether or not its
/// deliveries have left. One that is being recalled already is not marked.
///
/// # Errors
/// As [`cancel_fanout`].
pub async fn close_fanout<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    id: FanoutId,
    now: DateTime<Utc>,
) -> Result<Option<CancelFanout>, StorageError> {
    let close = Cancel {
        tenant: tenant.clone(),
        id,
        marks_read: true,
        now,
    };
    transact(storage, Scope::caller(tenant), close).await
}

struct Cancel {
    tenant: TenantId,
    id: FanoutId,
    marks_read: bool,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for Cancel {
    type Done = Option<CancelFanout>;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Self::Done, StorageError> {
        let (tenant, id, now) = (&self.tenant, self.id, self.now);
        let cancelled = FanoutStatus::Cancelled;
        let ended = tx.end_fanout(tenant, id, cancelled, 0, now).await?;
        // After that: a step under way was waited for, and its batch is seen.
        let recall = tx.insert_recall(tenant, id, self.marks_read, now);
        if recall.await? && !ended {
            // It was over in another way; its retention term begins anew.
            tx.mark_fanout_cancelled(tenant, id, now).await?;
        }
        let progress = tx.fanout_progress(tenant, id).await?;
        Ok(progress.map(|progress| {
            if progress.status == cancelled {
                CancelFanout::Cancelled(progress)
            } else {
                CancelFanout::Finished(progress)
            }
        }))
    }
}
