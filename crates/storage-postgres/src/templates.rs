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

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, alone, transact};
use crate::named::named;
use crate::transaction::PostgresTransaction;

#[async_trait]
impl Templates for PostgresStorage {
    async fn template_types(&self, tenant: &TenantId) -> Result<Vec<TemplateType>, StorageError> {
        let pool = self.pools.of(self.role);
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            types::all(connection, tenant).await
        });
        Ok(found?)
    }

    async fn template_type(
        &self,
        tenant: &TenantId,
        of: &NotificationType,
    ) -> Result<Option<TemplateType>, StorageError> {
        let pool = self.pools.of(self.role);
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            types::one(connection, tenant, of).await
        });
        Ok(found?)
    }

    async fn types_in_use(
        &self,
        types: &BTreeSet<(&TenantId, &NotificationType)>,
    ) -> Result<Vec<TypeInUse>, StorageError> {
        let pool = self.pools.of(self.role);
        let found = alone!(pool, Kind::Read, |connection| {
            types::in_use(connection, types).await
        });
        Ok(found?)
    }

    async fn template_drafts(
        &self,
        tenant: &TenantId,
        of: Option<&NotificationType>,
    ) -> Result<Vec<TemplateDraft>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            drafts::of(connection, tenant, of).await
        });
        Ok(found?)
    }

    async fn template_variants(
        &self,
        tenant: &TenantId,
        of: &NotificationType,
    ) -> Result<Vec<VariantDraft>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            variants::of(connection, tenant, of).await
        });
        Ok(found?)
    }

    async fn variant_counts(
        &self,
        tenant: &TenantId,
        of: &NotificationType,
        trials: &[(Channel, u64)],
    ) -> Result<Vec<VariantCount>, StorageError> {
        let pool = self.pools.of(self.role);
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            variants::counts(connection, tenant, of, trials).await
        });
        Ok(found?)
    }

    async fn template_draft_heads(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<TemplateDraftHead>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            drafts::heads(connection, tenant).await
        });
        Ok(found?)
    }

    async fn brand(&self, tenant: &TenantId) -> Result<Option<StoredBrand>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            drafts::brand(connection, tenant).await
        });
        Ok(found?)
    }

    async fn template_heads(
        &self,
        tenant: &TenantId,
        of: &NotificationType,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<TemplateHead>, StorageError> {
        let pool = &self.pools.app;
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            versions::heads(connection, tenant, of, before, limit).await
        });
        Ok(found?)
    }

    async fn template_version(
        &self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
    ) -> Result<Option<TemplateVersion>, StorageError> {
        let pool = self.pools.of(self.role);
        let found = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            versions::one(connection, tenant, of, version).await
        });
        Ok(found?)
    }

    async fn due_templates(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<DueTemplate>, StorageError> {
        let pool = &self.pools.worker;
        let found = transact!(pool, Kind::Read, &Scope::none(), |connection| {
            versions::due(connection, now, limit).await
        });
        Ok(found?)
    }
}

#[async_trait]
impl TemplateRows for PostgresTransaction<'_> {
    async fn hold_templates(&mut self, tenant: &TenantId) -> Result<(), StorageError> {
        let held = types::hold(self.connection, tenant).await;
        self.keep(held)
    }

    async fn types_with_templates(
        &mut self,
        tenant: &TenantId,
    ) -> Result<Vec<TemplateType>, StorageError> {
        let found = types::all(self.connection, tenant).await;
        self.keep(found)
    }

    async fn put_template_type(
        &mut self,
        tenant: &TenantId,
        one: &TemplateType,
    ) -> Result<(), StorageError> {
        let put = types::put(self.connection, tenant, one).await;
        self.keep(put)
    }

    async fn drafts_of(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
    ) -> Result<Vec<TemplateDraft>, StorageError> {
        let found = drafts::of(self.connection, tenant, Some(of)).await;
        self.keep(found)
    }

    async fn put_draft(
        &mut self,
        tenant: &TenantId,
        draft: &TemplateDraft,
    ) -> Result<(), StorageError> {
        let put = drafts::put(self.connection, tenant, draft).await;
        self.keep(put)
    }

    async fn remove_draft(
        &mut self,
        tenant: &TenantId,
        key: &TemplateKey,
    ) -> Result<(), StorageError> {
        let removed = drafts::remove(self.connection, tenant, key).await;
        self.keep(removed)
    }

    async fn remove_drafts_and_scheduled(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
    ) -> Result<(), StorageError> {
        let removed = drafts::remove_all(self.connection, tenant, of).await;
        self.keep(removed)?;
        let removed = variants::remove_all(self.connection, tenant, of).await;
        self.keep(removed)?;
        let removed = versions::remove_all_scheduled(self.connection, tenant, of).await;
        self.keep(removed)
    }

    async fn brand_of(&mut self, tenant: &TenantId) -> Result<Option<StoredBrand>, StorageError> {
        let found = drafts::brand(self.connection, tenant).await;
        self.keep(found)
    }

    async fn put_brand(
        &mut self,
        tenant: &TenantId,
        brand: &StoredBrand,
    ) -> Result<(), StorageError> {
        let put = drafts::put_brand(self.connection, tenant, brand).await;
        self.keep(put)
    }

    async fn version_of(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
    ) -> Result<Option<TemplateVersion>, StorageError> {
        let found = versions::one(self.connection, tenant, of, version).await;
        self.keep(found)
    }

    async fn content_version(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
    ) -> Result<Option<u64>, StorageError> {
        let found = versions::content(self.connection, tenant, of, version).await;
        self.keep(found)
    }

    async fn insert_version(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: &TemplateVersion,
    ) -> Result<(), StorageError> {
        let inserted = versions::insert(self.connection, tenant, of, version).await;
        self.keep(inserted)
    }

    async fn copy_version(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        from: u64,
        head: &TemplateHead,
    ) -> Result<(), StorageError> {
        let copied = versions::copy(self.connection, tenant, of, from, head).await;
        self.keep(copied)
    }

    async fn mark_published(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
        shared_version: Option<u64>,
        at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let marked =
            versions::mark_published(self.connection, tenant, of, version, shared_version, at)
                .await;
        self.keep(marked)
    }

    async fn replace_scheduled(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
        snapshot: &TemplateSnapshot,
    ) -> Result<(), StorageError> {
        let replaced = versions::replace(self.connection, tenant, of, version, snapshot).await;
        self.keep(replaced)
    }

    async fn supersede_version(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
    ) -> Result<(), StorageError> {
        let done = versions::supersede(self.connection, tenant, of, version).await;
        self.keep(done)
    }

    async fn put_off_version(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
        until: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let done = versions::put_off(self.connection, tenant, of, version, until).await;
        self.keep(done)
    }

    async fn remove_scheduled(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
    ) -> Result<(), StorageError> {
        let removed = versions::remove_scheduled(self.connection, tenant, of, version).await;
        self.keep(removed)
    }

    async fn scheduled_versions(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
    ) -> Result<u64, StorageError> {
        let counted = versions::scheduled(self.connection, tenant, of).await;
        self.keep(counted)
    }

    async fn version_sizes(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
    ) -> Result<Vec<(u64, u64)>, StorageError> {
        let found = versions::sizes(self.connection, tenant, of).await;
        self.keep(found)
    }

    async fn forget_versions(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        below: u64,
        current: Option<u64>,
    ) -> Result<(), StorageError> {
        let forgotten = versions::forget(self.connection, tenant, of, below, current).await;
        self.keep(forgotten)
    }
}

#[async_trait]
impl VariantRows for PostgresTransaction<'_> {
    async fn variants_of(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
    ) -> Result<Vec<VariantDraft>, StorageError> {
        let found = variants::of(self.connection, tenant, of).await;
        self.keep(found)
    }

    async fn put_variant(
        &mut self,
        tenant: &TenantId,
        variant: &VariantDraft,
    ) -> Result<(), StorageError> {
        let put = variants::put(self.connection, tenant, variant).await;
        self.keep(put)
    }

    async fn remove_variant(
        &mut self,
        tenant: &TenantId,
        key: &VariantKey,
    ) -> Result<(), StorageError> {
        let removed = variants::remove(self.connection, tenant, key).await;
        self.keep(removed)
    }

    async fn add_variant_counts(&mut self, counts: &[VariantCount]) -> Result<(), StorageError> {
        let added = named("add_variant_counts", variants::add(self.connection, counts));
        let added = added.await;
        self.keep(added)
    }

    async fn assigned(
        &mut self,
        tenant: &TenantId,
        ids: &[NotificationId],
    ) -> Result<Vec<AssignedNotification>, StorageError> {
        let found = named("assigned", variants::assigned(self.connection, tenant, ids));
        let found = found.await;
        self.keep(found)
    }

    async fn forget_variant_counts(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        below: u64,
    ) -> Result<(), StorageError> {
        let forgotten = variants::forget(self.connection, tenant, of, below).await;
        self.keep(forgotten)
    }
}
