//! One step of a fan-out: the notifications of the next subscribers, their outbox rows, and where the next step
//! begins. A process that dies in the middle of one leaves nothing of it.

use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{FanoutStatus, NotificationId, TenantId, UserId};
use campanile_storage::{
    FanoutInHand, FanoutRequest, FanoutStep, FanoutTurn, OutboxRow, Scope, StepLimits,
    StorageError, Transaction, UnitOfWork, Work, transact_shared,
};
use chrono::{DateTime, Utc};

use super::failure::{self, AtWork, Kind};
use super::words::FanoutWords;

/// Does one step in one transaction. Tenants take turns, beginning behind `after`; of one tenant's fan-outs the most
/// urgent lane comes first and in it the one that has waited longest since its last step. One that another process
/// steps is left to it. Subscribers who left since, or came after the accept, are passed over; a deadline that has
/// passed ends the fan-out. `words` says what each user sees.
///
/// A step that fails leaves nothing but its failure, counted on its row, which is put off (see
/// [`campanile_storage::FailedStep::pause`]): so a fan-out that always fails holds up no other.
///
/// # Errors
/// No fan-out is to blame, or the failure could not be noted. Nothing is changed, except after
/// [`StorageError::CommitUnknown`]; a repetition goes on with subscribers that have no notification yet.
pub async fn step_fanout<S: UnitOfWork + ?Sized>(
    storage: &S,
    words: Arc<dyn FanoutWords>,
    limits: StepLimits,
    after: Option<&TenantId>,
    now: DateTime<Utc>,
) -> Result<FanoutTurn, StorageError> {
    let step = Arc::new(Step {
        words,
        limits,
        after: after.cloned(),
        now,
        at_work: AtWork::default(),
    });
    match transact_shared(storage, Scope::worker(), Arc::clone(&step)).await {
        Ok(turn) => Ok(turn),
        Err(error) => {
            let failed = failure::note(storage, Kind::Step, &step.at_work, error, now).await?;
            Ok(FanoutTurn {
                failed: Some(failed),
                ..FanoutTurn::default()
            })
        }
    }
}

struct Step {
    words: Arc<dyn FanoutWords>,
    limits: StepLimits,
    after: Option<TenantId>,
    now: DateTime<Utc>,
    at_work: AtWork,
}

#[async_trait]
impl Work for Step {
    type Done = FanoutTurn;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<FanoutTurn, StorageError> {
        self.at_work.clear();
        let (fanout, held) = self.claim(tx).await?;
        let mut turn = FanoutTurn {
            held,
            ..FanoutTurn::default()
        };
        let Some(fanout) = fanout else {
            tx.nothing_written();
            return Ok(turn);
        };
        // Before anything is written by this clock: a deadline would pass early, a retry wait for long.
        tx.check_clock(self.now).await?;
        self.at_work
            .is(&fanout.tenant, fanout.id, fanout.updated_at);
        tx.narrow_to(&[&fanout.tenant]).await?;
        turn.step = Some(self.step(tx, fanout).await?);
        Ok(turn)
    }
}

impl Step {
    /// The fan-out whose turn it is, and whether one is due that has to wait.
    async fn claim(
        &self,
        tx: &mut dyn Transaction,
    ) -> Result<(Option<FanoutInHand>, bool), StorageError> {
        let (backlog, after) = (self.limits.backlog, self.after.as_ref());
        let mut held = false;
        for turn in tx.turns_of_fanouts(backlog, after, self.now).await? {
            if turn.has_room
                && let Some(fanout) = tx.lock_fanout(&turn.tenant, turn.lane, self.now).await?
            {
                return Ok((Some(fanout), held));
            }
            held = true;
        }
        Ok((None, held))
    }

    async fn step(
        &self,
        tx: &mut dyn Transaction,
        fanout: FanoutInHand,
    ) -> Result<FanoutStep, StorageError> {
        let request = tx.fanout_request(&fanout).await?;
        if request
            .expires_at
            .is_some_and(|deadline| deadline <= self.now)
        {
            let expired = FanoutStatus::Expired;
            tx.end_fanout(&fanout.tenant, fanout.id, expired, 0, self.now)
                .await?;
            return Ok(done(fanout, Vec::new(), false, Some(expired)));
        }
        let limit = self.limits.users_of(request.says.bytes());
        let next = tx.next_subscribers(&fanout, &request, limit).await?;
        let is_last = u32::try_from(next.len()).is_ok_and(|found| found < limit);
        let cursor = next.last().map(|(user, _)| user.clone());
        let users: Vec<UserId> = next
            .into_iter()
            .filter_map(|(user, was_subscribed)| was_subscribed.then_some(user))
            .collect();
        self.insert(tx, &fanout, &request, &users).await?;
        let made = users.len() as u64;
        let finished = is_last.then_some(FanoutStatus::Done);
        if let Some(status) = finished {
            tx.end_fanout(&fanout.tenant, fanout.id, status, made, self.now)
                .await?;
        } else if let Some(cursor) = cursor {
            let expanded = fanout.expanded + made;
            tx.advance_fanout(&fanout, &cursor, expanded, self.now)
                .await?;
        }
        Ok(done(fanout, users, request.in_inbox, finished))
    }

    async fn insert(
        &self,
        tx: &mut dyn Transaction,
        fanout: &FanoutInHand,
        request: &FanoutRequest,
        users: &[UserId],
    ) -> Result<(), StorageError> {
        if users.is_empty() {
            return Ok(());
        }
        let items = self
            .words
            .items(&fanout.tenant, &request.says, users)
            .await?;
        let ids = NotificationId::consecutive(self.now, users.len(), tx.random());
        tx.insert_fanout_batch(fanout, request, &ids, users, &items, self.now)
            .await?;
        let row = OutboxRow {
            tenant: fanout.tenant.clone(),
            lane: fanout.lane,
            notifications: ids,
        };
        tx.insert_outbox(&[row], self.now).await
    }
}

fn done(
    fanout: FanoutInHand,
    users: Vec<UserId>,
    in_inbox: bool,
    finished: Option<FanoutStatus>,
) -> FanoutStep {
    FanoutStep {
        tenant: fanout.tenant,
        id: fanout.id,
        notifications: users.len(),
        inboxes: if in_inbox { users } else { Vec::new() },
        finished,
    }
}
