//! Who may call: API keys and tenants, in transactions.

use async_trait::async_trait;
use campanile_domain::{ApiKey, ApiKeyId, KeyHash, Tenant, TenantId};
use campanile_storage::{AccessRows, Handover, PutApiKey, StorageError, TenantChange};
use chrono::{DateTime, Utc};

use crate::transaction::SqliteTransaction;
use crate::{api_keys, tenants};

#[async_trait]
impl AccessRows for SqliteTransaction<'_> {
    async fn put_api_key(
        &mut self,
        key: &ApiKey,
        hash: &KeyHash,
        most: u32,
        handover: Option<Handover>,
    ) -> Result<PutApiKey, StorageError> {
        api_keys::put(self.connection, key, hash, most, handover).await
    }

    async fn revoke_api_key(
        &mut self,
        tenant: &TenantId,
        id: ApiKeyId,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        api_keys::revoke(self.connection, tenant, id, now).await
    }

    async fn add_tenant(&mut self, tenant: &Tenant) -> Result<bool, StorageError> {
        tenants::add(self.connection, tenant).await
    }

    async fn change_tenant(
        &mut self,
        id: &TenantId,
        change: &TenantChange,
    ) -> Result<Option<Tenant>, StorageError> {
        tenants::change_row(self.connection, id, change).await
    }

    async fn is_being_imported(&mut self, id: &TenantId) -> Result<bool, StorageError> {
        tenants::is_being_imported(self.connection, id).await
    }

    async fn begin_tenant_removal(
        &mut self,
        id: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        self.keys.forget(id);
        tenants::begin_removal(self.connection, id, now).await
    }
}
