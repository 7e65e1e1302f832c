//! The master key is rotated: the tenants' keys are wrapped again.

use async_trait::async_trait;
use campanile_domain::{MasterKeyRotation, TenantId};
use campanile_storage::{
    Scope, StorageError, Transaction, UnitOfWork, Work, WrappedPlace, transact,
};
use chrono::{DateTime, Utc};

/// Keys of a step.
const AT_ONCE: u32 = 200;

/// What a turn did.
#[derive(Debug, Default)]
pub struct MasterTurn {
    /// The rotation after its step; `None` if none was due.
    pub stepped: Option<MasterKeyRotation>,
    /// How many keys the step wrapped again.
    pub rewrapped: u64,
}

/// Begins to wrap all keys with this process's current master key. While that runs, it is given as it stands. `home` is the tenant of
/// who asks.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`].
pub async fn start_master_key_rotation<S: UnitOfWork + ?Sized>(
    storage: &S,
    home: &TenantId,
    now: DateTime<Utc>,
) -> Result<MasterKeyRotation, StorageError> {
    transact(storage, Scope::caller(home), Start(now)).await
}

struct Start(DateTime<Utc>);

#[async_trait]
impl Work for Start {
    type Done = MasterKeyRotation;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Self::Done, StorageError> {
        let target = tx.master_mark();
        let running = tx.master_key_rotation().await?;
        // One for another key would wait for a process that has it, perhaps for ever.
        let is_same = |one: &MasterKeyRotation| one.ended_at.is_none() && one.target == target;
        if let Some(running) = running.filter(is_same) {
            tx.nothing_written();
            return Ok(running);
        }
        let rotation = MasterKeyRotation::new(target, WrappedPlace::FIRST.table(), self.0);
        tx.put_master_key_rotation(&rotation).await?;
        Ok(rotation)
    }
}

/// How far the rotation of the master key is, or was.
///
/// # Errors
/// [`StorageError`].
pub async fn master_key_rotation<S: UnitOfWork + ?Sized>(
    storage: &S,
    home: &TenantId,
) -> Result<Option<MasterKeyRotation>, StorageError> {
    transact(storage, Scope::reader(home), Find).await
}

struct Find;

#[async_trait]
impl Work for Find {
    type Done = Option<MasterKeyRotation>;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Self::Done, StorageError> {
        tx.master_key_rotation().await
    }
}

/// Wraps the next keys again. What a crash interrupts is not done, and the next step begins there.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition goes on with what is left.
pub async fn rewrap_step<S: UnitOfWork + ?Sized>(
    storage: &S,
    now: DateTime<Utc>,
) -> Result<MasterTurn, StorageError> {
    transact(storage, Scope::worker(), Step(now)).await
}

struct Step(DateTime<Utc>);

#[async_trait]
impl Work for Step {
    type Done = MasterTurn;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<MasterTurn, StorageError> {
        let Some(mut rotation) = tx.lock_master_key_rotation(self.0).await? else {
            tx.nothing_written();
            return Ok(MasterTurn::default());
        };
        let place = WrappedPlace::of_table(&rotation.place);
        let after = rotation.position.as_deref();
        let keys = tx.rewrap(place, after, AT_ONCE).await?;
        let next = place.next().map(WrappedPlace::table);
        rotation.advance(&keys, (WrappedPlace::FIRST.table(), next), self.0);
        tx.advance_master_key_rotation(&rotation).await?;
        Ok(MasterTurn {
            stepped: Some(rotation),
            rewrapped: keys.rewrapped,
        })
    }
}
