//! The audit log.

mod rows;

use async_trait::async_trait;
use campanile_domain::{AuditDays, AuditHash, AuditHead, AuditId, AuditRow, TenantId};
use campanile_storage::{AuditFilter, AuditLog, AuditPage, AuditRows, StorageError};

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::transaction::SqliteTransaction;

#[async_trait]
impl AuditLog for SqliteStorage {
    async fn audit_head(&self, tenant: &TenantId) -> Result<AuditHead, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        let head = rows::head(&mut connection, tenant).await?;
        Ok(head.unwrap_or(AuditHead::EMPTY))
    }

    async fn audit_page(
        &self,
        tenant: &TenantId,
        filter: &AuditFilter,
        before: Option<AuditId>,
        limit: u32,
    ) -> Result<AuditPage, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        rows::page(&mut connection, tenant, filter, before, limit).await
    }

    async fn audit_rows_after(
        &self,
        tenant: &TenantId,
        after: AuditId,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        rows::after(&mut connection, tenant, after, limit).await
    }

    async fn audit_days(&self, tenant: &TenantId) -> Result<Option<AuditDays>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        rows::days(&mut connection, tenant).await
    }
}

#[async_trait]
impl AuditRows for SqliteTransaction<'_> {
    /// There is one writer, so nobody else adds rows meanwhile.
    async fn lock_audit_head(&mut self, tenant: &TenantId) -> Result<AuditHead, StorageError> {
        let found = rows::head(self.connection, tenant).await?;
        match found {
            Some(head) => Ok(head),
            None => rows::begin(self.connection, tenant).await,
        }
    }

    async fn append_audit(
        &mut self,
        tenant: &TenantId,
        row: &AuditRow,
    ) -> Result<(), StorageError> {
        rows::append(self.connection, tenant, row).await
    }

    async fn audit_days_of(
        &mut self,
        tenant: &TenantId,
    ) -> Result<Option<AuditDays>, StorageError> {
        rows::days(self.connection, tenant).await
    }

    async fn set_audit_days(
        &mut self,
        tenant: &TenantId,
        days: Option<AuditDays>,
    ) -> Result<(), StorageError> {
        rows::set_days(self.connection, tenant, days).await
    }

    async fn oldest_audit_rows(
        &mut self,
        tenant: &TenantId,
        before: AuditId,
        limit: u32,
    ) -> Result<Vec<(AuditId, u64, AuditHash)>, StorageError> {
        rows::oldest(self.connection, tenant, before, limit).await
    }

    async fn remove_audit_rows(
        &mut self,
        tenant: &TenantId,
        last: &(AuditId, u64, AuditHash),
    ) -> Result<u64, StorageError> {
        rows::remove(self.connection, tenant, last).await
    }
}
