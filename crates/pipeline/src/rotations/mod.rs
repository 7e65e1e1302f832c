//! Keys are rotated, in steps (ADR 91).

mod master;
mod start;
mod step;

use async_trait::async_trait;
use campanile_domain::{KeyRotation, TenantId};
use campanile_storage::{
    DataKeyFacts, Scope, StorageError, Transaction, UnitOfWork, Work, transact,
};

pub use master::{MasterTurn, master_key_rotation, rewrap_step, start_master_key_rotation};
pub use start::{RotationRefusal, rotate_data_key, seal_open_texts};
pub use step::{RotationTurn, rotation_step, rotation_step_at};

/// The data keys of a tenant, and its latest rotation.
///
/// # Errors
/// [`StorageError`].
pub async fn data_key_state<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
) -> Result<(DataKeyFacts, Option<KeyRotation>), StorageError> {
    transact(storage, Scope::reader(tenant), Find(tenant.clone())).await
}

struct Find(TenantId);

#[async_trait]
impl Work for Find {
    type Done = (DataKeyFacts, Option<KeyRotation>);

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Self::Done, StorageError> {
        Ok((
            tx.data_keys(&self.0).await?,
            tx.key_rotation(&self.0).await?,
        ))
    }
}
