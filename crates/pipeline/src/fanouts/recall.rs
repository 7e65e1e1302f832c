//! One step of a recall: a batch is taken away, and those of its notifications that have not left are cancelled.

use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{NotificationId, TenantId, Withdrawal};
use campanile_storage::{
    Cancelled, MadeByFanout, RecallInHand, RecallStep, RecallTurn, Scope, StorageError,
    Transaction, UnitOfWork, Work, transact_shared,
};
use chrono::{DateTime, Utc};

use super::failure::{self, AtWork, Kind};
use crate::variants::VariantTally;

/// Calls back what one step of a fan-out has made, in one transaction, as
/// [`cancel_notification`](crate::cancel_notification) does for each: deliveries that have not left become `cancelled`,
/// those that have stay as they are, and so does what inboxes show, unless it is to be marked as read
/// ([`close_fanout`](super::close_fanout)). Tenants take turns, beginning behind `after`; of
/// one tenant's recalls the one comes first that has waited longest since its last step. One that another process
/// steps is left to it.
///
/// A step that fails leaves nothing but its failure, counted on its row, which is put off (see
/// [`campanile_storage::FailedStep::pause`]).
///
/// # Errors
/// No recall is to blame, or the failure could not be noted. Nothing is changed, except after
/// [`StorageError::CommitUnknown`]; a repetition goes on with what is left.
pub async fn recall_step<S: UnitOfWork + ?Sized>(
    storage: &S,
    after: Option<&TenantId>,
    now: DateTime<Utc>,
) -> Result<RecallTurn, StorageError> {
    let recall = Arc::new(Recall {
        after: after.cloned(),
        now,
        at_work: AtWork::default(),
    });
    match transact_shared(storage, Scope::worker(), Arc::clone(&recall)).await {
        Ok(step) => Ok(RecallTurn { step, failed: None }),
        Err(error) => {
            let failed = failure::note(storage, Kind::Recall, &recall.at_work, error, now).await?;
            Ok(RecallTurn {
                step: None,
                failed: Some(failed),
            })
        }
    }
}

struct Recall {
    after: Option<TenantId>,
    now: DateTime<Utc>,
    at_work: AtWork,
}

#[async_trait]
impl Work for Recall {
    type Done = Option<RecallStep>;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Option<RecallStep>, StorageError> {
        self.at_work.clear();
        let Some(recall) = tx.lock_recall(self.after.as_ref(), self.now).await? else {
            tx.nothing_written();
            return Ok(None);
        };
        // Before anything is written by this clock: a retry would wait for long.
        tx.check_clock(self.now).await?;
        self.at_work
            .is(&recall.tenant, recall.id, recall.updated_at);
        tx.narrow_to(&[&recall.tenant]).await?;
        self.step(tx, recall).await.map(Some)
    }
}

impl Recall {
    async fn step(
        &self,
        tx: &mut dyn Transaction,
        recall: RecallInHand,
    ) -> Result<RecallStep, StorageError> {
        let (tenant, now) = (&recall.tenant, self.now);
        let Some(batch) = tx.take_batch(&recall).await? else {
            tx.end_recall(&recall, now).await?;
            return Ok(RecallStep {
                tenant: recall.tenant,
                id: recall.id,
                notifications: 0,
                cancelled: Cancelled::default(),
                inboxes: Vec::new(),
                finished: true,
            });
        };
        let mut made = tx.lock_made(tenant, batch).await?;
        // Before the deliveries: what is planned in between is found there.
        let unplanned = tx.unplanned(tenant, batch).await?;
        let all: Vec<NotificationId> = made.iter().map(|one| one.id).collect();
        let why = Withdrawal::Cancelled;
        let cancelled = tx.cancel_deliveries(tenant, &all, why, now).await?;
        let closed = tx.cancelled_at(tenant, batch, now).await?;
        let is_recalled =
            |one: &MadeByFanout| closed.contains(&one.id) || unplanned.contains(&one.id);
        let unmarked = made
            .iter()
            .filter(|one| is_recalled(one) && !one.is_cancelled);
        let marked: Vec<NotificationId> = unmarked.map(|one| one.id).collect();
        tx.mark_cancelled(tenant, &marked, now).await?;
        let is_read = |one: &MadeByFanout| recall.marks_read && !one.is_read;
        let unread = made.iter().filter(|one| is_read(one));
        let unread: Vec<NotificationId> = unread.map(|one| one.id).collect();
        tx.mark_made_read(tenant, &unread, now).await?;
        // Their users may mark them as unread, which takes back what is counted here.
        let compared = made.iter().filter(|one| is_read(one) && one.has_variants);
        let compared: Vec<NotificationId> = compared.map(|one| one.id).collect();
        let mut variants = VariantTally::default();
        if !compared.is_empty() {
            variants.read(tx, tenant, &compared, 1).await?;
        }
        made.retain(|one| is_recalled(one) || is_read(one));
        let recalled = marked.len() as u64;
        tx.advance_recall(&recall, recalled, now).await?;
        variants.store(tx).await?;
        let shown = made.into_iter().filter(|one| one.in_inbox);
        Ok(RecallStep {
            inboxes: shown.map(|one| one.user).collect(),
            tenant: recall.tenant,
            id: recall.id,
            notifications: recalled,
            cancelled,
            finished: false,
        })
    }
}
