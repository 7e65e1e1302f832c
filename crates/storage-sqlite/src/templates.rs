//! Tenants' templates.

mod drafts;
mod types;
mod variants;
mod versions;

use std::collections::BTreeSet;

use async_trait::async_trait;
use campanile_domain::{
    Channel, NotificationId, NotificationType, TemplateDraft, TemplateDraftHead, TemplateHead,
    TemplateKey, TemplateSnapshot, TemplateType, TemplateVersion, TenantId, VariantCount,
    VariantDraft, VariantKey,
};
use campanile_storage::{
    AssignedNotification, DueTemplate, StorageError, StoredBrand, TemplateRows, Templates,
    TypeInUse, VariantRows,
};
use chrono::{DateTime, Utc};

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::transaction::SqliteTransaction;

#[async_trait]
impl Templates for SqliteStorage {
    async fn template_types(&self, tenant: &TenantId) -> Result<Vec<TemplateType>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        types::all(&mut connection, tenant).await
    }

    async fn template_type(
        &self,
        tenant: &TenantId,
        of: &NotificationType,
    ) -> Result<Option<TemplateType>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        types::one(&mut connection, tenant, of).await
    }

    async fn types_in_use(
        &self,
        types: &BTreeSet<(&TenantId, &NotificationType)>,
    ) -> Result<Vec<TypeInUse>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        types::in_use(&mut connection, types).await
    }

    async fn template_drafts(
        &self,
        tenant: &TenantId,
        of: Option<&NotificationType>,
    ) -> Result<Vec<TemplateDraft>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        drafts::of(&mut connection, tenant, of).await
    }

    async fn template_variants(
        &self,
        tenant: &TenantId,
        of: &NotificationType,
    ) -> Result<Vec<VariantDraft>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        variants::of(&mut connection, tenant, of).await
    }

    async fn variant_counts(
        &self,
        tenant: &TenantId,
        of: &NotificationType,
        trials: &[(Channel, u64)],
    ) -> Result<Vec<VariantCount>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        variants::counts(&mut connection, tenant, of, trials).await
    }

    async fn template_draft_heads(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<TemplateDraftHead>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        drafts::heads(&mut connection, tenant).await
    }

    async fn brand(&self, tenant: &TenantId) -> Result<Option<StoredBrand>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        drafts::brand(&mut connection, tenant).await
    }

    async fn template_heads(
        &self,
        tenant: &TenantId,
        of: &NotificationType,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<TemplateHead>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        versions::heads(&mut connection, tenant, of, before, limit).await
    }

    async fn template_version(
        &self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
    ) -> Result<Option<TemplateVersion>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        versions::one(&mut connection, tenant, of, version).await
    }

    async fn due_templates(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<DueTemplate>, StorageError> {
        let mut connection = self.readers.acquire().await.map_err(storage_error)?;
        versions::due(&mut connection, now, limit).await
    }
}

#[async_trait]
impl TemplateRows for SqliteTransaction<'_> {
    async fn hold_templates(&mut self, _tenant: &TenantId) -> Result<(), StorageError> {
        // There is one writer.
        Ok(())
    }

    async fn types_with_templates(
        &mut self,
        tenant: &TenantId,
    ) -> Result<Vec<TemplateType>, StorageError> {
        types::all(self.connection, tenant).await
    }

    async fn put_template_type(
        &mut self,
        tenant: &TenantId,
        one: &TemplateType,
    ) -> Result<(), StorageError> {
        types::put(self.connection, tenant, one).await
    }

    async fn drafts_of(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
    ) -> Result<Vec<TemplateDraft>, StorageError> {
        drafts::of(self.connection, tenant, Some(of)).await
    }

    async fn put_draft(
        &mut self,
        tenant: &TenantId,
        draft: &TemplateDraft,
    ) -> Result<(), StorageError> {
        drafts::put(self.connection, tenant, draft).await
    }

    async fn remove_draft(
        &mut self,
        tenant: &TenantId,
        key: &TemplateKey,
    ) -> Result<(), StorageError> {
        drafts::remove(self.connection, tenant, key).await
    }

    async fn remove_drafts_and_scheduled(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
    ) -> Result<(), StorageError> {
        drafts::remove_all(self.connection, tenant, of).await?;
        variants::remove_all(self.connection, tenant, of).await?;
        versions::remove_all_scheduled(self.connection, tenant, of).await
    }

    async fn brand_of(&mut self, tenant: &TenantId) -> Result<Option<StoredBrand>, StorageError> {
        drafts::brand(self.connection, tenant).await
    }

    async fn put_brand(
        &mut self,
        tenant: &TenantId,
        brand: &StoredBrand,
    ) -> Result<(), StorageError> {
        drafts::put_brand(self.connection, tenant, brand).await
    }

    async fn version_of(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
    ) -> Result<Option<TemplateVersion>, StorageError> {
        versions::one(self.connection, tenant, of, version).await
    }

    async fn content_version(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
    ) -> Result<Option<u64>, StorageError> {
        versions::content(self.connection, tenant, of, version).await
    }

    async fn insert_version(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: &TemplateVersion,
    ) -> Result<(), StorageError> {
        versions::insert(self.connection, tenant, of, version).await
    }

    async fn copy_version(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        from: u64,
        head: &TemplateHead,
    ) -> Result<(), StorageError> {
        versions::copy(self.connection, tenant, of, from, head).await
    }

    async fn mark_published(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
        shared_version: Option<u64>,
        at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        versions::mark_published(self.connection, tenant, of, version, shared_version, at).await
    }

    async fn replace_scheduled(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
        snapshot: &TemplateSnapshot,
    ) -> Result<(), StorageError> {
        versions::replace(self.connection, tenant, of, version, snapshot).await
    }

    async fn supersede_version(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
    ) -> Result<(), StorageError> {
        versions::supersede(self.connection, tenant, of, version).await
    }

    async fn put_off_version(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
        until: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        versions::put_off(self.connection, tenant, of, version, until).await
    }

    async fn remove_scheduled(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
    ) -> Result<(), StorageError> {
        versions::remove_scheduled(self.connection, tenant, of, version).await
    }

    async fn scheduled_versions(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
    ) -> Result<u64, StorageError> {
        versions::scheduled(self.connection, tenant, of).await
    }

    async fn version_sizes(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
    ) -> Result<Vec<(u64, u64)>, StorageError> {
        versions::sizes(self.connection, tenant, of).await
    }

    async fn forget_versions(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        below: u64,
        current: Option<u64>,
    ) -> Result<(), StorageError> {
        versions::forget(self.connection, tenant, of, below, current).await
    }
}

#[async_trait]
impl VariantRows for SqliteTransaction<'_> {
    async fn variants_of(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
    ) -> Result<Vec<VariantDraft>, StorageError> {
        variants::of(self.connection, tenant, of).await
    }

    async fn put_variant(
        &mut self,
        tenant: &TenantId,
        variant: &VariantDraft,
    ) -> Result<(), StorageError> {
        variants::put(self.connection, tenant, variant).await
    }

    async fn remove_variant(
        &mut self,
        tenant: &TenantId,
        key: &VariantKey,
    ) -> Result<(), StorageError> {
        variants::remove(self.connection, tenant, key).await
    }

    async fn add_variant_counts(&mut self, counts: &[VariantCount]) -> Result<(), StorageError> {
        variants::add(self.connection, counts).await
    }

    async fn assigned(
        &mut self,
        tenant: &TenantId,
        ids: &[NotificationId],
    ) -> Result<Vec<AssignedNotification>, StorageError> {
        variants::assigned(self.connection, tenant, ids).await
    }

    async fn forget_variant_counts(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        below: u64,
    ) -> Result<(), StorageError> {
        variants::forget(self.connection, tenant, of, below).await
    }
}
