//! The audit log.

mod rows;

use async_trait::async_trait;
use campanile_domain::{AuditDays, AuditHash, AuditHead, AuditId, AuditRow, TenantId};
use campanile_storage::{AuditFilter, AuditLog, AuditPage, AuditRows, StorageError};

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, transact};
use crate::named::named;
use crate::transaction::PostgresTransaction;

#[async_trait]
impl AuditLog for PostgresStorage {
    async fn audit_head(&self, tenant: &TenantId) -> Result<AuditHead, StorageError> {
        let pool = self.pools.of(self.role);
        let head = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            rows::head(connection, tenant, false).await
        });
        Ok(head?.unwrap_or(AuditHead::EMPTY))
    }

    async fn audit_page(
        &self,
        tenant: &TenantId,
        filter: &AuditFilter,
        before: Option<AuditId>,
        limit: u32,
    ) -> Result<AuditPage, StorageError> {
        let pool = self.pools.of(self.role);
        let page = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            rows::page(connection, tenant, filter, before, limit).await
        });
        Ok(page?)
    }

    async fn audit_rows_after(
        &self,
        tenant: &TenantId,
        after: AuditId,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StorageError> {
        let pool = self.pools.of(self.role);
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            rows::after(connection, tenant, after, limit).await
        });
        Ok(found?)
    }

    async fn audit_days(&self, tenant: &TenantId) -> Result<Option<AuditDays>, StorageError> {
        let pool = self.pools.of(self.role);
        let days = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            rows::days(connection, tenant).await
        });
        Ok(days?)
    }
}

#[async_trait]
impl AuditRows for PostgresTransaction<'_> {
    async fn lock_audit_head(&mut self, tenant: &TenantId) -> Result<AuditHead, StorageError> {
        let locked = named("lock_audit_head", rows::lock(self.connection, tenant)).await;
        self.keep(locked)
    }

    async fn append_audit(
        &mut self,
        tenant: &TenantId,
        row: &AuditRow,
    ) -> Result<(), StorageError> {
        let appended = rows::append(self.connection, tenant, row);
        let appended = named("append_audit", appended).await;
        self.keep(appended)
    }

    async fn audit_days_of(
        &mut self,
        tenant: &TenantId,
    ) -> Result<Option<AuditDays>, StorageError> {
        let days = named("audit_days_of", rows::days(self.connection, tenant)).await;
        self.keep(days)
    }

    async fn set_audit_days(
        &mut self,
        tenant: &TenantId,
        days: Option<AuditDays>,
    ) -> Result<(), StorageError> {
        let set = rows::set_days(self.connection, tenant, days);
        let set = named("set_audit_days", set).await;
        self.keep(set)
    }

    async fn oldest_audit_rows(
        &mut self,
        tenant: &TenantId,
        before: AuditId,
        limit: u32,
    ) -> Result<Vec<(AuditId, u64, AuditHash)>, StorageError> {
        let oldest = rows::oldest(self.connection, tenant, before, limit);
        let oldest = named("oldest_audit_rows", oldest).await;
        self.keep(oldest)
    }

    async fn remove_audit_rows(
        &mut self,
        tenant: &TenantId,
        last: &(AuditId, u64, AuditHash),
    ) -> Result<u64, StorageError> {
        let removed = rows::remove(self.connection, tenant, last);
        let removed = named("remove_audit_rows", removed).await;
        self.keep(removed)
    }
}
