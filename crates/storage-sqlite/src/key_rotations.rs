//! What a use case can do to data keys and their rotations inside a transaction.

mod addresses;
mod master;
mod renew;
mod reseal;
mod rows;

use async_trait::async_trait;
use campanile_domain::{KeyRotation, MasterKeyRotation, RewrappedKeys, TenantId};
use campanile_storage::{
    DataKeyFacts, KeyRows, ResealedAddress, ResealedBlob, SealedPage, SealedPlace, SealedRow,
    StorageError, StoredKeys, WrappedPlace,
};
use chrono::{DateTime, Utc};

use crate::transaction::SqliteTransaction;

#[async_trait]
impl KeyRows for SqliteTransaction<'_> {
    async fn data_keys(&mut self, tenant: &TenantId) -> Result<DataKeyFacts, StorageError> {
        renew::facts(self.connection, tenant).await
    }

    async fn renew_data_key(
        &mut self,
        tenant: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        renew::renew(self.connection, &self.keys, tenant, now).await
    }

    async fn remove_former_keys(&mut self, tenant: &TenantId) -> Result<u64, StorageError> {
        renew::remove_former(self.connection, &self.keys, tenant).await
    }

    async fn key_rotation(
        &mut self,
        tenant: &TenantId,
    ) -> Result<Option<KeyRotation>, StorageError> {
        rows::one(self.connection, tenant).await
    }

    async fn put_key_rotation(&mut self, rotation: &KeyRotation) -> Result<(), StorageError> {
        rows::put(self.connection, rotation).await
    }

    async fn advance_key_rotation(&mut self, rotation: &KeyRotation) -> Result<(), StorageError> {
        rows::put(self.connection, rotation).await
    }

    async fn lock_key_rotation(
        &mut self,
        now: DateTime<Utc>,
    ) -> Result<Option<KeyRotation>, StorageError> {
        rows::next(self.connection, now).await
    }

    async fn put_off_key_rotation(
        &mut self,
        tenant: &TenantId,
        due_at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        rows::put_off(self.connection, tenant, due_at).await
    }

    async fn unsettle_key_rotation(&mut self, tenant: &TenantId) -> Result<(), StorageError> {
        rows::unsettle(self.connection, tenant).await
    }

    /// This one is the only one that writes.
    async fn open_transactions(&mut self) -> Result<Vec<String>, StorageError> {
        Ok(Vec::new())
    }

    async fn stored_keys(&mut self, tenant: &TenantId) -> Result<StoredKeys, StorageError> {
        reseal::keys(self.connection, &self.keys, tenant).await
    }

    async fn sealed_page(
        &mut self,
        tenant: &TenantId,
        page: &SealedPage,
    ) -> Result<Vec<SealedRow>, StorageError> {
        reseal::page(self.connection, tenant, page).await
    }

    async fn replace_blobs(
        &mut self,
        tenant: &TenantId,
        place: &'static SealedPlace,
        rows: &[ResealedBlob],
    ) -> Result<u64, StorageError> {
        reseal::blobs(self.connection, tenant, place, rows).await
    }

    async fn replace_addresses(
        &mut self,
        tenant: &TenantId,
        place: &'static SealedPlace,
        rows: &[ResealedAddress],
    ) -> Result<u64, StorageError> {
        addresses::replace(self.connection, tenant, place, rows).await
    }

    fn master_mark(&self) -> Option<Vec<u8>> {
        self.keys.master().map(|master| master.mark().to_vec())
    }

    async fn master_key_rotation(&mut self) -> Result<Option<MasterKeyRotation>, StorageError> {
        master::one(self.connection).await
    }

    async fn put_master_key_rotation(
        &mut self,
        rotation: &MasterKeyRotation,
    ) -> Result<(), StorageError> {
        master::put(self.connection, rotation).await
    }

    async fn advance_master_key_rotation(
        &mut self,
        rotation: &MasterKeyRotation,
    ) -> Result<(), StorageError> {
        master::put(self.connection, rotation).await
    }

    async fn lock_master_key_rotation(
        &mut self,
        now: DateTime<Utc>,
    ) -> Result<Option<MasterKeyRotation>, StorageError> {
        let mark = self.master_mark();
        master::next(self.connection, mark, now).await
    }

    async fn rewrap(
        &mut self,
        place: WrappedPlace,
        after: Option<&str>,
        limit: u32,
    ) -> Result<RewrappedKeys, StorageError> {
        master::rewrap(self.connection, &self.keys, place, (after, limit)).await
    }
}
