//! Ingest addresses and the groups of alerts that came through them.

mod addresses;
mod groups;

use async_trait::async_trait;
use campanile_domain::{IngestAddress, IngestGroup, IngestId, TenantId};
use campanile_storage::{IngestBook, IngestRows, StorageError};
use chrono::{DateTime, Utc};

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::transaction::SqliteTransaction;
pub(crate) use addresses::{forget, rename};

#[async_trait]
impl IngestBook for SqliteStorage {
    async fn ingest_address(
        &self,
        tenant: &TenantId,
        key_digest: &[u8; 32],
    ) -> Result<Option<IngestAddress>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        addresses::by_key(&mut connection, tenant, key_digest).await
    }

    async fn ingest_addresses(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<IngestAddress>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        addresses::all(&mut connection, tenant).await
    }

    async fn ingest_group(
        &self,
        tenant: &TenantId,
        address: IngestId,
        digest: &[u8; 32],
    ) -> Result<Option<IngestGroup>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        groups::one(&mut connection, tenant, address, digest).await
    }

    async fn put_ingest_group(
        &self,
        tenant: &TenantId,
        group: &IngestGroup,
    ) -> Result<(), StorageError> {
        let (tenant, group) = (tenant.clone(), group.clone());
        self.writer
            .write(move |connection| {
                Box::pin(async move { groups::put(connection, &tenant, &group).await })
            })
            .await
    }

    async fn expire_ingest_groups(&self, before: DateTime<Utc>) -> Result<u64, StorageError> {
        let mut total = 0;
        loop {
            let removed = self
                .writer
                .write(move |connection| {
                    Box::pin(async move { groups::expire(connection, before).await })
                })
                .await?;
            total += removed;
            if removed < groups::EXPIRED_AT_ONCE {
                return Ok(total);
            }
        }
    }
}

#[async_trait]
impl IngestRows for SqliteTransaction<'_> {
    /// There is one writer.
    async fn hold_ingest(&mut self, _tenant: &TenantId) -> Result<(), StorageError> {
        Ok(())
    }

    async fn ingest_addresses_of(
        &mut self,
        tenant: &TenantId,
    ) -> Result<Vec<IngestAddress>, StorageError> {
        addresses::all(self.connection, tenant).await
    }

    async fn insert_ingest_address(
        &mut self,
        address: &IngestAddress,
        key_digest: &[u8; 32],
    ) -> Result<(), StorageError> {
        addresses::insert(self.connection, address, key_digest).await
    }

    async fn revoke_ingest_address(
        &mut self,
        tenant: &TenantId,
        id: IngestId,
        at: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        addresses::revoke(self.connection, tenant, id, at).await
    }

    async fn remove_ingest_addresses(
        &mut self,
        tenant: &TenantId,
        ids: &[IngestId],
    ) -> Result<(), StorageError> {
        addresses::remove(self.connection, tenant, ids).await
    }
}
