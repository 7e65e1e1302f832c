//! Tenants' templates: reads. Changes are made in transactions ([`crate::TemplateRows`]).

use async_trait::async_trait;
use campanile_domain::{
    Brand, NotificationType, TemplateDraft, TemplateHead, TemplateType, TemplateVersion, TenantId,
};
use chrono::{DateTime, Utc};

use crate::StorageError;

/// A tenant's brand as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBrand {
    /// The brand.
    pub brand: Brand,
    /// Raised by each change.
    pub revision: u64,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Who changed it.
    pub updated_by: String,
}

/// A version whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueTemplate {
    /// Whose.
    pub tenant: TenantId,
    /// The type.
    pub notification_type: NotificationType,
    /// The version.
    pub version: u64,
}

/// Keeps templates. Every read but [`Self::due_templates`] is limited to one tenant.
#[async_trait]
pub trait Templates: Send + Sync {
    /// All types of a tenant that have templates or a schema, by name.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn template_types(&self, tenant: &TenantId) -> Result<Vec<TemplateType>, StorageError>;

    /// The drafts of a type, or of all types, by type, channel and locale.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn template_drafts(
        &self,
        tenant: &TenantId,
        of: Option<&NotificationType>,
    ) -> Result<Vec<TemplateDraft>, StorageError>;

    /// The brand, if the tenant has set one.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn brand(&self, tenant: &TenantId) -> Result<Option<StoredBrand>, StorageError>;

    /// The newest versions of a type with smaller numbers than `before`, newest first.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn template_heads(
        &self,
        tenant: &TenantId,
        of: &NotificationType,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<TemplateHead>, StorageError>;

    /// One version.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn template_version(
        &self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
    ) -> Result<Option<TemplateVersion>, StorageError>;

    /// Versions of any tenants that are to be published by `now`, for workers: the longest waiting first.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn due_templates(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<DueTemplate>, StorageError>;
}
