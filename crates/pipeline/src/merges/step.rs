//! One step of a merge.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use campanile_domain::{MergeStage, NotificationId, TenantId, UserId, UserMerge};
use campanile_storage::{
    FailedStep, MergedNotification, Scope, StorageError, Transaction, UnitOfWork, Work, transact,
    transact_shared,
};
use chrono::{DateTime, TimeDelta, Utc};

/// Notifications of a step.
const AT_ONCE: u32 = 500;
/// A merge whose last stage has to wait for a fan-out is looked at again so much later.
const WAITS: TimeDelta = TimeDelta::seconds(2);
/// A merge whose step failed is looked at again so much later.
const PAUSE: TimeDelta = TimeDelta::seconds(30);

/// What a turn did.
#[derive(Debug, Default)]
pub struct MergeTurn {
    /// The merge after its step; `None` if no merge was due.
    pub stepped: Option<UserMerge>,
    /// How many notifications the step moved.
    pub moved: u64,
    /// Whose merge it is, of which user, and why its step failed. It is put off.
    pub failed: Option<(TenantId, UserId, StorageError)>,
}

/// Makes one step of the merge that has waited longest, in one transaction: it moves [`AT_ONCE`] notifications of which
/// nothing is pending, or it makes the kept user a subscriber, or it moves the rest and ends the merge. A merge that another
/// process steps is left to it. What a crash interrupts is not done, and the next step begins there.
///
/// # Errors
/// No merge is to blame, or the failure could not be noted. Nothing is changed, except after
/// [`StorageError::CommitUnknown`]; a repetition goes on with what is left.
pub async fn merge_step<S: UnitOfWork + ?Sized>(
    storage: &S,
    now: DateTime<Utc>,
) -> Result<MergeTurn, StorageError> {
    let step = Arc::new(Step {
        now,
        at_work: Mutex::default(),
    });
    let error = match transact_shared(storage, Scope::worker(), Arc::clone(&step)).await {
        Ok(turn) => return Ok(turn),
        Err(error) => error,
    };
    let at_work = step
        .at_work
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    let Some((tenant, from)) = at_work.filter(|_| FailedStep::is_blamed(&error)) else {
        return Err(error);
    };
    let put_off = PutOff {
        tenant: tenant.clone(),
        from: from.clone(),
        until: now + PAUSE,
    };
    transact(storage, Scope::worker(), put_off).await?;
    Ok(MergeTurn {
        failed: Some((tenant, from, error)),
        ..MergeTurn::default()
    })
}

struct Step {
    now: DateTime<Utc>,
    /// Which merge the transaction has locked, for the time after it failed.
    at_work: Mutex<Option<(TenantId, UserId)>>,
}

#[async_trait]
impl Work for Step {
    type Done = MergeTurn;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<MergeTurn, StorageError> {
        let Some(mut merge) = tx.lock_merge(self.now).await? else {
            tx.nothing_written();
            return Ok(MergeTurn::default());
        };
        *self.at_work.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((merge.tenant.clone(), merge.from.clone()));
        tx.narrow_to(&[&merge.tenant]).await?;
        if merge.stage == MergeStage::Rest {
            // Before all else, as the step of a rotation does: so neither waits for the other.
            tx.unsettle_key_rotation(&merge.tenant).await?;
        }
        // A plan that has read its user's addresses writes deliveries for them.
        tx.exclude_plans(&merge.tenant).await?;
        let moved = match merge.stage {
            MergeStage::History => self.history(tx, &mut merge).await?,
            MergeStage::Topics => self.topics(tx, &mut merge).await?,
            MergeStage::Rest => self.rest(tx, &mut merge).await?,
            MergeStage::Done => 0,
        };
        merge.moved.notifications += moved;
        merge.updated_at = self.now;
        tx.advance_merge(&merge).await?;
        Ok(MergeTurn {
            stepped: Some(merge),
            moved,
            failed: None,
        })
    }
}

impl Step {
    async fn history(
        &self,
        tx: &mut dyn Transaction,
        merge: &mut UserMerge,
    ) -> Result<u64, StorageError> {
        let (tenant, from) = (&merge.tenant, &merge.from);
        let page = tx.lock_notifications_of(tenant, from, merge.after, Some(AT_ONCE));
        let page = page.await?;
        let is_history = |one: &&MergedNotification| {
            merge.is_history((one.created_at, one.send_at), one.has_open_delivery)
        };
        let ids: Vec<NotificationId> = page.iter().filter(is_history).map(|one| one.id).collect();
        tx.give_notifications(merge, &ids).await?;
        match page.last() {
            Some(last) if page.len() == AT_ONCE as usize => merge.after = Some(last.id),
            _ => merge.stage = MergeStage::Topics,
        }
        Ok(ids.len() as u64)
    }

    async fn topics(
        &self,
        tx: &mut dyn Transaction,
        merge: &mut UserMerge,
    ) -> Result<u64, StorageError> {
        let topics = tx.share_topics(merge).await?;
        merge.moved.topics = topics;
        merge.subscribed_at = Some(self.now);
        merge.stage = MergeStage::Rest;
        Ok(0)
    }

    async fn rest(
        &self,
        tx: &mut dyn Transaction,
        merge: &mut UserMerge,
    ) -> Result<u64, StorageError> {
        let (tenant, from) = (merge.tenant.clone(), merge.from.clone());
        let fanouts = tx.lock_fanouts_at(&tenant, &from).await?;
        if fanouts
            .iter()
            .any(|one| merge.waits_for(one.created_at, &one.cursor))
        {
            tx.put_off_merge(&tenant, &from, self.now + WAITS).await?;
            return Ok(0);
        }
        let left = tx.lock_notifications_of(&tenant, &from, None, None).await?;
        let ids: Vec<NotificationId> = left.iter().map(|one| one.id).collect();
        tx.give_notifications(merge, &ids).await?;
        let given = tx.give_rest(merge, self.now).await?;
        merge.moved.devices = given.devices;
        merge.moved.addresses = given.addresses;
        merge.stage = MergeStage::Done;
        merge.ended_at = Some(self.now);
        Ok(ids.len() as u64)
    }
}

struct PutOff {
    tenant: TenantId,
    from: UserId,
    until: DateTime<Utc>,
}

#[async_trait]
impl Work for PutOff {
    type Done = ();

    async fn run(&self, tx: &mut dyn Transaction) -> Result<(), StorageError> {
        tx.put_off_merge(&self.tenant, &self.from, self.until).await
    }
}
