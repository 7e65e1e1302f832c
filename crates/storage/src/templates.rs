//! Tenants' templates: reads. Changes are made in transactions ([`crate::TemplateRows`]).

use std::collections::BTreeSet;

use async_trait::async_trait;
use campanile_domain::{
    Brand, Channel, NotificationType, TemplateDraft, TemplateDraftHead, TemplateHead, TemplateType,
    TemplateVersion, TenantId, VariantCount, VariantDraft,
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

/// What is in use of a type: all that a notification needs to know before a version or a schema is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeInUse {
    /// Whose.
    pub tenant: TenantId,
    /// The type.
    pub notification_type: NotificationType,
    /// The version for new notifications.
    pub version: Option<u64>,
    /// The revision of the schema, if there is one.
    pub schema_revision: Option<u64>,
    /// Whether contents that violate the schema are refused.
    pub schema_is_strict: bool,
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
    /// How often it failed to be published.
    pub failures: u32,
}

/// Keeps templates. Every read but [`Self::types_in_use`] and [`Self::due_templates`] is limited to one tenant.
#[async_trait]
pub trait Templates: Send + Sync {
    /// All types of a tenant that have templates or a schema, by name.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn template_types(&self, tenant: &TenantId) -> Result<Vec<TemplateType>, StorageError>;

    /// One type, if it has templates or a schema.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn template_type(
        &self,
        tenant: &TenantId,
        of: &NotificationType,
    ) -> Result<Option<TemplateType>, StorageError>;

    /// What is in use of these types of these tenants, in one query by key; those without templates or a schema are
    /// left out.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn types_in_use(
        &self,
        types: &BTreeSet<(&TenantId, &NotificationType)>,
    ) -> Result<Vec<TypeInUse>, StorageError>;

    /// The drafts of a type, or of all types, by type, channel and locale.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn template_drafts(
        &self,
        tenant: &TenantId,
        of: Option<&NotificationType>,
    ) -> Result<Vec<TemplateDraft>, StorageError>;

    /// The variants of a type that are being edited, by channel and name.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn template_variants(
        &self,
        tenant: &TenantId,
        of: &NotificationType,
    ) -> Result<Vec<VariantDraft>, StorageError>;

    /// What became of the variants of a type in these comparisons, each named by its channel and the version that began it;
    /// by channel, comparison, variant and bucket of users.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn variant_counts(
        &self,
        tenant: &TenantId,
        of: &NotificationType,
        trials: &[(Channel, u64)],
    ) -> Result<Vec<VariantCount>, StorageError>;

    /// All drafts of a tenant without their sources, by type, channel and locale.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn template_draft_heads(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<TemplateDraftHead>, StorageError>;

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

    /// Versions of any tenants that are to be published by `now`, for workers. Tenants take turns, so that one with many
    /// holds up no other; of each the longest waiting comes first. One that has failed waits until it is to be tried
    /// again.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn due_templates(
        &self,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<DueTemplate>, StorageError>;
}
