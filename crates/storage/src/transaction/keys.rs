//! Keys of tenants, and how far their rotations are (ADR 91).

use async_trait::async_trait;
use campanile_domain::{KeyRotation, MasterKeyRotation, RewrappedKeys, TenantId};
use chrono::{DateTime, Utc};

use crate::resealing::{ResealedAddress, ResealedBlob, SealedPage, SealedRow, StoredKeys};
use crate::{SealedPlace, StorageError};

/// What is known of a tenant's data keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DataKeyFacts {
    /// When the current one was made; `None` if there is none.
    pub made_at: Option<DateTime<Utc>>,
    /// How many former ones there are.
    pub former: u64,
}

/// Operations on data keys and their rotations.
#[async_trait]
pub trait KeyRows: Send {
    /// What is known of a tenant's data keys; the current one is locked if the transaction writes.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn data_keys(&mut self, tenant: &TenantId) -> Result<DataKeyFacts, StorageError>;

    /// Gives a tenant a new data key. The one that it had becomes a former one.
    ///
    /// # Errors
    /// [`StorageError::Refused`] without a master key.
    async fn renew_data_key(
        &mut self,
        tenant: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Removes the former keys of a tenant that this process can open; says how many.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn remove_former_keys(&mut self, tenant: &TenantId) -> Result<u64, StorageError>;

    /// The latest rotation of a tenant's data key.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn key_rotation(
        &mut self,
        tenant: &TenantId,
    ) -> Result<Option<KeyRotation>, StorageError>;

    /// Stores a rotation, in the place of an earlier one of the same tenant.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_key_rotation(&mut self, rotation: &KeyRotation) -> Result<(), StorageError>;

    /// Stores how far a rotation is.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn advance_key_rotation(&mut self, rotation: &KeyRotation) -> Result<(), StorageError>;

    /// Locks the rotation whose turn it is: the one that has waited longest since its last step. Others' are passed over.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn lock_key_rotation(
        &mut self,
        now: DateTime<Utc>,
    ) -> Result<Option<KeyRotation>, StorageError>;

    /// A rotation is not looked at again before `due_at`.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_off_key_rotation(
        &mut self,
        tenant: &TenantId,
        due_at: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Rows of the tenant are moved, perhaps behind the walk of a rotation: its present pass counts as one that has found something, so
    /// another one follows. The rotation is locked first, as its step does.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn unsettle_key_rotation(&mut self, tenant: &TenantId) -> Result<(), StorageError>;

    /// The transactions of others that are open and may store what they have read, each by a name that comes once.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn open_transactions(&mut self) -> Result<Vec<String>, StorageError>;

    /// A tenant's data keys as they are stored, not as this process remembers them.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn stored_keys(&mut self, tenant: &TenantId) -> Result<StoredKeys, StorageError>;

    /// Reads the next rows in which something of the tenant's may be sealed; [`crate::reseal`] decides about them.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn sealed_page(
        &mut self,
        tenant: &TenantId,
        page: &SealedPage,
    ) -> Result<Vec<SealedRow>, StorageError>;

    /// Stores bytes in the place of others, or of texts in the open; says how many rows are changed. One that something else has
    /// changed is left as it is.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn replace_blobs(
        &mut self,
        tenant: &TenantId,
        place: &'static SealedPlace,
        rows: &[ResealedBlob],
    ) -> Result<u64, StorageError>;

    /// The same for addresses. Where a row has the new form already, one row stays: of devices the one that was seen last, as when a device
    /// registers again, and on the suppression list the stronger reason.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn replace_addresses(
        &mut self,
        tenant: &TenantId,
        place: &'static SealedPlace,
        rows: &[ResealedAddress],
    ) -> Result<u64, StorageError>;

    /// What begins all that this process's current master key wraps; `None` without one.
    fn master_mark(&self) -> Option<Vec<u8>>;

    /// How far the rotation of the master key is, or was.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn master_key_rotation(&mut self) -> Result<Option<MasterKeyRotation>, StorageError>;

    /// Stores it.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_master_key_rotation(
        &mut self,
        rotation: &MasterKeyRotation,
    ) -> Result<(), StorageError>;

    /// Stores how far it is.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn advance_master_key_rotation(
        &mut self,
        rotation: &MasterKeyRotation,
    ) -> Result<(), StorageError>;

    /// Locks it if a step is due, it is for this process's current master key, and no other process makes one.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn lock_master_key_rotation(
        &mut self,
        now: DateTime<Utc>,
    ) -> Result<Option<MasterKeyRotation>, StorageError>;

    /// Wraps the next keys with the current master key that the previous one has wrapped.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn rewrap(
        &mut self,
        place: WrappedPlace,
        after: Option<&str>,
        limit: u32,
    ) -> Result<RewrappedKeys, StorageError>;
}

/// A table with keys that the master key has wrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrappedPlace {
    /// The tenants' current data keys.
    Current,
    /// Their former ones.
    Former,
}

impl WrappedPlace {
    /// The one that a walk begins with.
    pub const FIRST: Self = Self::Current;

    /// The name of the table.
    pub const fn table(self) -> &'static str {
        match self {
            Self::Current => "tenant_keys",
            Self::Former => "tenant_former_keys",
        }
    }

    /// The table of this name.
    pub fn of_table(table: &str) -> Self {
        match table == Self::Former.table() {
            true => Self::Former,
            false => Self::Current,
        }
    }

    /// The one after it. A key becomes a former one while the rotation runs, so these are looked at last.
    pub const fn next(self) -> Option<Self> {
        match self {
            Self::Current => Some(Self::Former),
            Self::Former => None,
        }
    }
}
