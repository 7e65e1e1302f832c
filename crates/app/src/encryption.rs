//! Keys are rotated. Workers make the steps (`delivery/rotations.rs`).

use campanile_domain::{Act, AuditAction, KeyRotation, MasterKeyRotation, TenantId};
use campanile_pipeline::{
    AuditEntry, Audited, RotationRefusal, rotate_data_key, seal_open_texts,
    start_master_key_rotation,
};
use campanile_storage::{Storage, StorageError};
use chrono::SubsecRound;

/// Why nothing is encrypted anew.
#[derive(Debug, thiserror::Error)]
pub enum EncryptionError {
    /// This process has no master key.
    #[error("CAMPANILE_MASTER_KEY is not set on this server")]
    NoMasterKey,
    /// This process has one master key only.
    #[error(
        "CAMPANILE_MASTER_KEY_PREVIOUS is not set on this server: no key is encrypted with another master key"
    )]
    NoPrevious,
    /// Texts are stored as they are.
    #[error("Texts are not encrypted in this installation: set CAMPANILE_SEAL_TEXTS")]
    TextsInTheOpen,
    /// Nothing of the tenant is encrypted.
    #[error("The tenant has no data key: nothing that is stored of it is encrypted")]
    NoKey,
    /// Rows of the tenant are still missing.
    #[error(
        "The import of the tenant is not finished, so nothing of it is encrypted again; run campanile import with the same file again, \
        or delete the tenant"
    )]
    BeingImported,
    /// A rotation runs that leaves what lies in the open as it is.
    #[error("The data key of the tenant is being rotated; repeat the request when that has ended")]
    Running,
    /// The database does not answer, or refuses.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Gives a tenant a new data key, and begins to encrypt with it what is stored; while that runs, gives it as it stands. What
/// lies in the open is encrypted too if texts are encrypted in this installation.
///
/// # Errors
/// [`EncryptionError`].
pub async fn rotate(
    storage: &dyn Storage,
    tenant: &TenantId,
    act: &Act,
) -> Result<KeyRotation, EncryptionError> {
    let sealing = storage.sealing();
    if !sealing.has_master_key {
        return Err(EncryptionError::NoMasterKey);
    }
    let audited = Audited::new(storage, entry(tenant, act, AuditAction::DataKeyRotate));
    let now = act.at.trunc_subsecs(6);
    let started = rotate_data_key(&audited, tenant, sealing.seals_texts, now).await?;
    started.map_err(EncryptionError::from)
}

/// Begins to encrypt what lies in the open of a tenant; while that runs, gives it as it stands.
///
/// # Errors
/// [`EncryptionError`].
pub async fn encrypt_texts(
    storage: &dyn Storage,
    tenant: &TenantId,
    act: &Act,
) -> Result<KeyRotation, EncryptionError> {
    let sealing = storage.sealing();
    if !sealing.has_master_key {
        return Err(EncryptionError::NoMasterKey);
    }
    if !sealing.seals_texts {
        return Err(EncryptionError::TextsInTheOpen);
    }
    let audited = Audited::new(storage, entry(tenant, act, AuditAction::TextsEncrypt));
    let started = seal_open_texts(&audited, tenant, act.at.trunc_subsecs(6)).await?;
    started.map_err(EncryptionError::from)
}

/// Begins to encrypt all data keys with the current master key; while that runs, gives it as it stands. The act is recorded in
/// the log of `home`, the tenant of who asks.
///
/// # Errors
/// [`EncryptionError`].
pub async fn rotate_master_key(
    storage: &dyn Storage,
    home: &TenantId,
    act: &Act,
) -> Result<MasterKeyRotation, EncryptionError> {
    let sealing = storage.sealing();
    if !sealing.has_master_key {
        return Err(EncryptionError::NoMasterKey);
    }
    if !sealing.has_previous {
        return Err(EncryptionError::NoPrevious);
    }
    let entry = AuditEntry::new(home, act, AuditAction::MasterKeyRotate, "master_key");
    let audited = Audited::new(storage, entry);
    let now = act.at.trunc_subsecs(6);
    Ok(start_master_key_rotation(&audited, home, now).await?)
}

fn entry(tenant: &TenantId, act: &Act, action: AuditAction) -> AuditEntry {
    AuditEntry::new(tenant, act, action, format!("tenant/{tenant}"))
}

impl From<RotationRefusal> for EncryptionError {
    fn from(why: RotationRefusal) -> Self {
        match why {
            RotationRefusal::NoKey => Self::NoKey,
            RotationRefusal::BeingImported => Self::BeingImported,
            RotationRefusal::Running => Self::Running,
        }
    }
}
