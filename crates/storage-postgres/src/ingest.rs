//! Ingest addresses and the groups of alerts that came through them.

mod addresses;
mod groups;

use async_trait::async_trait;
use campanile_domain::{IngestAddress, IngestGroup, IngestId, TenantId};
use campanile_storage::{IngestBook, IngestRows, StorageError};
use chrono::{DateTime, Utc};

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, transact};
use crate::transaction::PostgresTransaction;
pub(crate) use addresses::{forget, rename};

#[async_trait]
impl IngestBook for PostgresStorage {
    async fn ingest_address(
        &self,
        tenant: &TenantId,
        key_digest: &[u8; 32],
    ) -> Result<Option<IngestAddress>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            addresses::by_key(connection, tenant, key_digest).await
        });
        Ok(found?)
    }

    async fn ingest_addresses(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<IngestAddress>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            addresses::all(connection, tenant).await
        });
        Ok(found?)
    }

    async fn ingest_group(
        &self,
        tenant: &TenantId,
        address: IngestId,
        digest: &[u8; 32],
    ) -> Result<Option<IngestGroup>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            groups::one(connection, tenant, address, digest).await
        });
        Ok(found?)
    }

    async fn put_ingest_group(
        &self,
        tenant: &TenantId,
        group: &IngestGroup,
    ) -> Result<(), StorageError> {
        let pool = &self.pools.app;
        let done = transact!(pool, Kind::Write, &Scope::one(tenant), |connection| {
            groups::put(connection, tenant, group).await
        });
        Ok(done?)
    }

    async fn expire_ingest_groups(&self, before: DateTime<Utc>) -> Result<u64, StorageError> {
        let mut total = 0;
        loop {
            let pool = &self.pools.worker;
            let some = transact!(pool, Kind::Write, &Scope::none(), |connection| {
                groups::expire(connection, before).await
            });
            let removed = some?;
            total += removed;
            if removed < groups::EXPIRED_AT_ONCE {
                return Ok(total);
            }
        }
    }
}

#[async_trait]
impl IngestRows for PostgresTransaction<'_> {
    async fn hold_ingest(&mut self, tenant: &TenantId) -> Result<(), StorageError> {
        let held = addresses::hold(self.connection, tenant).await;
        self.keep(held)
    }

    async fn ingest_addresses_of(
        &mut self,
        tenant: &TenantId,
    ) -> Result<Vec<IngestAddress>, StorageError> {
        let found = addresses::all(self.connection, tenant).await;
        self.keep(found)
    }

    async fn insert_ingest_address(
        &mut self,
        address: &IngestAddress,
        key_digest: &[u8; 32],
    ) -> Result<(), StorageError> {
        let inserted = addresses::insert(self.connection, address, key_digest).await;
        self.keep(inserted)
    }

    async fn revoke_ingest_address(
        &mut self,
        tenant: &TenantId,
        id: IngestId,
        at: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let revoked = addresses::revoke(self.connection, tenant, id, at).await;
        self.keep(revoked)
    }

    async fn remove_ingest_addresses(
        &mut self,
        tenant: &TenantId,
        ids: &[IngestId],
    ) -> Result<(), StorageError> {
        let removed = addresses::remove(self.connection, tenant, ids).await;
        self.keep(removed)
    }
}
