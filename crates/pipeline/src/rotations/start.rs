//! A rotation is asked for.

use async_trait::async_trait;
use campanile_domain::{KeyRotation, TenantId};
use campanile_storage::{
    Scope, SealedPlace, StorageError, Transaction, UnitOfWork, Work, transact,
};
use chrono::{DateTime, Utc};

/// Why nothing is rotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RotationRefusal {
    /// The tenant has no data key.
    NoKey,
    /// Its import is not finished.
    BeingImported,
    /// A rotation runs that leaves what lies in the open as it is.
    Running,
}

/// Gives a tenant a new data key, and begins to encrypt with it what the former ones have encrypted, and what lies in the open
/// if `seals_open`. While a rotation of the same tenant runs, it is given as it stands. What only encrypts what lies in the open is
/// continued by the rotation.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`].
pub async fn rotate_data_key<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    seals_open: bool,
    now: DateTime<Utc>,
) -> Result<Result<KeyRotation, RotationRefusal>, StorageError> {
    let start = Start {
        tenant: tenant.clone(),
        rotates: true,
        seals_open,
        now,
    };
    transact(storage, Scope::caller(tenant), start).await
}

/// Begins to encrypt what lies in the open of a tenant. A tenant without a data key gets one. While that runs, or a rotation that
/// does it too, it is given as it stands.
///
/// # Errors
/// As [`rotate_data_key`].
pub async fn seal_open_texts<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    now: DateTime<Utc>,
) -> Result<Result<KeyRotation, RotationRefusal>, StorageError> {
    let start = Start {
        tenant: tenant.clone(),
        rotates: false,
        seals_open: true,
        now,
    };
    transact(storage, Scope::caller(tenant), start).await
}

struct Start {
    tenant: TenantId,
    rotates: bool,
    seals_open: bool,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for Start {
    type Done = Result<KeyRotation, RotationRefusal>;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Self::Done, StorageError> {
        let tenant = &self.tenant;
        // Workers count from this moment on until no process seals with the former key.
        tx.check_clock(self.now).await?;
        // The rows that are still to come are sealed with the keys that the import has brought, or have none yet.
        if tx.is_being_imported(tenant).await? {
            tx.nothing_written();
            return Ok(Err(RotationRefusal::BeingImported));
        }
        // Locked: of two at once, the second finds the rotation of the first.
        let keys = tx.data_keys(tenant).await?;
        let running = tx.key_rotation(tenant).await?;
        let running = running.filter(KeyRotation::is_running);
        if let Some(running) = running.filter(|one| one.rotated_at.is_some() || !self.rotates) {
            tx.nothing_written();
            let is_enough = self.rotates || running.seals_open;
            return Ok(is_enough.then_some(running).ok_or(RotationRefusal::Running));
        }
        if self.rotates && keys.made_at.is_none() {
            tx.nothing_written();
            return Ok(Err(RotationRefusal::NoKey));
        }
        if self.rotates || keys.made_at.is_none() {
            tx.renew_data_key(tenant, self.now).await?;
        }
        let kinds = (self.rotates, self.seals_open);
        let rotation = KeyRotation::new(tenant.clone(), kinds, SealedPlace::FIRST.table, self.now);
        tx.put_key_rotation(&rotation).await?;
        Ok(Ok(rotation))
    }
}
