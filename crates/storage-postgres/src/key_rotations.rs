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

use crate::named::named;
use crate::transaction::PostgresTransaction;

#[async_trait]
impl KeyRows for PostgresTransaction<'_> {
    async fn data_keys(&mut self, tenant: &TenantId) -> Result<DataKeyFacts, StorageError> {
        let facts = renew::facts(self.connection, tenant, self.is_read_only);
        let facts = named("data_keys", facts).await;
        self.keep(facts)
    }

    async fn renew_data_key(
        &mut self,
        tenant: &TenantId,
        _now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let renewed = renew::renew(self.connection, self.keys, tenant);
        let renewed = named("renew_data_key", renewed).await;
        self.keep(renewed)
    }

    async fn remove_former_keys(&mut self, tenant: &TenantId) -> Result<u64, StorageError> {
        let removed = renew::remove_former(self.connection, self.keys, tenant);
        let removed = named("remove_former_keys", removed).await;
        self.keep(removed)
    }

    async fn key_rotation(
        &mut self,
        tenant: &TenantId,
    ) -> Result<Option<KeyRotation>, StorageError> {
        let found = named("key_rotation", rows::one(self.connection, tenant)).await;
        self.keep(found)
    }

    async fn put_key_rotation(&mut self, rotation: &KeyRotation) -> Result<(), StorageError> {
        let put = named("put_key_rotation", rows::put(self.connection, rotation)).await;
        self.keep(put)
    }

    async fn advance_key_rotation(&mut self, rotation: &KeyRotation) -> Result<(), StorageError> {
        let done = rows::advance(self.connection, rotation);
        let done = named("advance_key_rotation", done).await;
        self.keep(done)
    }

    async fn lock_key_rotation(
        &mut self,
        now: DateTime<Utc>,
    ) -> Result<Option<KeyRotation>, StorageError> {
        let found = named("lock_key_rotation", rows::next(self.connection, now)).await;
        self.keep(found)
    }

    async fn put_off_key_rotation(
        &mut self,
        tenant: &TenantId,
        due_at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let done = rows::put_off(self.connection, tenant, due_at);
        let done = named("put_off_key_rotation", done).await;
        self.keep(done)
    }

    async fn unsettle_key_rotation(&mut self, tenant: &TenantId) -> Result<(), StorageError> {
        let done = rows::unsettle(self.connection, tenant);
        let done = named("unsettle_key_rotation", done).await;
        self.keep(done)
    }

    async fn open_transactions(&mut self) -> Result<Vec<String>, StorageError> {
        let open = rows::open_transactions(self.connection);
        let open = named("open_transactions", open).await;
        self.keep(open)
    }

    async fn stored_keys(&mut self, tenant: &TenantId) -> Result<StoredKeys, StorageError> {
        let stored = reseal::keys(self.connection, self.keys, tenant);
        let stored = named("stored_keys", stored).await;
        self.keep(stored)
    }

    async fn sealed_page(
        &mut self,
        tenant: &TenantId,
        page: &SealedPage,
    ) -> Result<Vec<SealedRow>, StorageError> {
        let rows = reseal::page(self.connection, tenant, page);
        let rows = named("sealed_page", rows).await;
        self.keep(rows)
    }

    async fn replace_blobs(
        &mut self,
        tenant: &TenantId,
        place: &'static SealedPlace,
        rows: &[ResealedBlob],
    ) -> Result<u64, StorageError> {
        let done = reseal::blobs(self.connection, tenant, place, rows);
        let done = named("replace_blobs", done).await;
        self.keep(done)
    }

    async fn replace_addresses(
        &mut self,
        tenant: &TenantId,
        place: &'static SealedPlace,
        rows: &[ResealedAddress],
    ) -> Result<u64, StorageError> {
        let done = addresses::replace(self.connection, tenant, place, rows);
        let done = named("replace_addresses", done).await;
        self.keep(done)
    }

    fn master_mark(&self) -> Option<Vec<u8>> {
        self.keys.master().map(|master| master.mark().to_vec())
    }

    async fn master_key_rotation(&mut self) -> Result<Option<MasterKeyRotation>, StorageError> {
        let found = named("master_key_rotation", master::one(self.connection)).await;
        self.keep(found)
    }

    async fn put_master_key_rotation(
        &mut self,
        rotation: &MasterKeyRotation,
    ) -> Result<(), StorageError> {
        let put = master::put(self.connection, rotation);
        let put = named("put_master_key_rotation", put).await;
        self.keep(put)
    }

    async fn advance_master_key_rotation(
        &mut self,
        rotation: &MasterKeyRotation,
    ) -> Result<(), StorageError> {
        let done = master::advance(self.connection, rotation);
        let done = named("advance_master_key_rotation", done).await;
        self.keep(done)
    }

    async fn lock_master_key_rotation(
        &mut self,
        now: DateTime<Utc>,
    ) -> Result<Option<MasterKeyRotation>, StorageError> {
        let mark = self.master_mark();
        let found = master::next(self.connection, mark, now);
        let found = named("lock_master_key_rotation", found).await;
        self.keep(found)
    }

    async fn rewrap(
        &mut self,
        place: WrappedPlace,
        after: Option<&str>,
        limit: u32,
    ) -> Result<RewrappedKeys, StorageError> {
        let done = master::rewrap(self.connection, self.keys, place, (after, limit));
        let done = named("rewrap", done).await;
        self.keep(done)
    }
}
