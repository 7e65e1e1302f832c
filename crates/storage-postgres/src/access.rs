//! Who may call: API keys and tenants, in transactions.

use async_trait::async_trait;
use campanile_domain::{ApiKey, ApiKeyId, KeyHash, Tenant, TenantId};
use campanile_storage::{AccessRows, Handover, PutApiKey, StorageError, TenantChange};
use chrono::{DateTime, Utc};

use crate::named::named;
use crate::transaction::PostgresTransaction;
use crate::{api_keys, tenants};

#[async_trait]
impl AccessRows for PostgresTransaction<'_> {
    async fn put_api_key(
        &mut self,
        key: &ApiKey,
        hash: &KeyHash,
        most: u32,
        handover: Option<Handover>,
    ) -> Result<PutApiKey, StorageError> {
        let done = named(
            "put_api_key",
            api_keys::put(self.connection, key, hash, most, handover),
        )
        .await;
        self.keep(done)
    }

    async fn revoke_api_key(
        &mut self,
        tenant: &TenantId,
        id: ApiKeyId,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let done = named(
            "revoke_api_key",
            api_keys::revoke(self.connection, tenant, id, now),
        )
        .await;
        self.keep(done)
    }

    async fn add_tenant(&mut self, tenant: &Tenant) -> Result<bool, StorageError> {
        let done = named("add_tenant", tenants::add(self.connection, tenant)).await;
        self.keep(done)
    }

    async fn change_tenant(
        &mut self,
        id: &TenantId,
        change: &TenantChange,
    ) -> Result<Option<Tenant>, StorageError> {
        let done = named(
            "change_tenant",
            tenants::change_row(self.connection, id, change),
        )
        .await;
        self.keep(done)
    }

    async fn is_being_imported(&mut self, id: &TenantId) -> Result<bool, StorageError> {
        let done = named(
            "is_being_imported",
            tenants::is_being_imported(self.connection, id),
        )
        .await;
        self.keep(done)
    }

    async fn begin_tenant_removal(
        &mut self,
        id: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let done = named(
            "begin_tenant_removal",
            tenants::begin_removal(self.connection, id, now),
        )
        .await;
        self.keep(done)
    }
}
