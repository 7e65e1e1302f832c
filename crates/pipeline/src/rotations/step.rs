//! One step of a rotation.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use campanile_domain::{KeyRotation, ResealedRows, TenantId};
use campanile_storage::{
    FailedStep, Scope, SealedPlace, StorageError, Transaction, UnitOfWork, Work, reseal, transact,
    transact_shared,
};
use chrono::{DateTime, TimeDelta, Utc};

/// A rotation whose step failed is looked at again so much later.
const PAUSE: TimeDelta = TimeDelta::seconds(30);

/// What a turn did.
#[derive(Debug, Default)]
pub struct RotationTurn {
    /// The rotation after its step; `None` if none was due.
    pub stepped: Option<KeyRotation>,
    /// What became of the rows of the step.
    pub rows: ResealedRows,
    /// How many former keys were removed: at the end of a rotation.
    pub removed: u64,
    /// Whose rotation it is, and why its step failed. It is put off.
    pub failed: Option<(TenantId, StorageError)>,
}

/// Makes one step of the rotation that has waited longest, in one transaction: it looks at some hundred rows. The last step
/// removes the former keys. A rotation that another process steps is left to it. What a crash interrupts is not done, and
/// the next step begins there.
///
/// # Errors
/// No rotation is to blame, or the failure could not be noted. Nothing is changed, except after
/// [`StorageError::CommitUnknown`]; a repetition goes on with what is left.
pub async fn rotation_step<S: UnitOfWork + ?Sized>(
    storage: &S,
    now: DateTime<Utc>,
) -> Result<RotationTurn, StorageError> {
    step(storage, now, true).await
}

/// The same, for tests of what is due later: the time is not compared with the database's.
///
/// # Errors
/// As [`rotation_step`].
pub async fn rotation_step_at<S: UnitOfWork + ?Sized>(
    storage: &S,
    at: DateTime<Utc>,
) -> Result<RotationTurn, StorageError> {
    step(storage, at, false).await
}

async fn step<S: UnitOfWork + ?Sized>(
    storage: &S,
    now: DateTime<Utc>,
    checks_clock: bool,
) -> Result<RotationTurn, StorageError> {
    let step = Arc::new(Step {
        now,
        checks_clock,
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
    let Some(tenant) = at_work.filter(|_| FailedStep::is_blamed(&error)) else {
        return Err(error);
    };
    let put_off = PutOff {
        tenant: tenant.clone(),
        until: now + PAUSE,
    };
    transact(storage, Scope::worker(), put_off).await?;
    Ok(RotationTurn {
        failed: Some((tenant, error)),
        ..RotationTurn::default()
    })
}

struct Step {
    now: DateTime<Utc>,
    checks_clock: bool,
    /// Whose rotation the transaction has locked, for the time after it failed.
    at_work: Mutex<Option<TenantId>>,
}

#[async_trait]
impl Work for Step {
    type Done = RotationTurn;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<RotationTurn, StorageError> {
        let Some(mut rotation) = tx.lock_key_rotation(self.now).await? else {
            tx.nothing_written();
            return Ok(RotationTurn::default());
        };
        if self.checks_clock {
            // By one that is ahead, a former key would go while processes still seal with it.
            tx.check_clock(self.now).await?;
        }
        let tenant = rotation.tenant.clone();
        *self.at_work.lock().unwrap_or_else(PoisonError::into_inner) = Some(tenant.clone());
        tx.narrow_to(&[&tenant]).await?;
        if rotation.begins_settled_pass(SealedPlace::FIRST.table)
            && rotation.is_held_by(tx.open_transactions().await?, self.now)
        {
            tx.advance_key_rotation(&rotation).await?;
            return Ok(RotationTurn {
                stepped: Some(rotation),
                ..RotationTurn::default()
            });
        }
        let rows = reseal(tx, &rotation, self.now).await?;
        let next = SealedPlace::of_table(&rotation.place)
            .next()
            .map(|next| next.table);
        let is_over = rotation.advance(&rows, (SealedPlace::FIRST.table, next), self.now);
        let removed = match is_over && rotation.rotated_at.is_some() {
            true => tx.remove_former_keys(&tenant).await?,
            false => 0,
        };
        tx.advance_key_rotation(&rotation).await?;
        Ok(RotationTurn {
            stepped: Some(rotation),
            rows,
            removed,
            failed: None,
        })
    }
}

struct PutOff {
    tenant: TenantId,
    until: DateTime<Utc>,
}

#[async_trait]
impl Work for PutOff {
    type Done = ();

    async fn run(&self, tx: &mut dyn Transaction) -> Result<(), StorageError> {
        tx.put_off_key_rotation(&self.tenant, self.until).await
    }
}
