//! Rows of templates.

use async_trait::async_trait;
use campanile_domain::{
    NotificationType, TemplateDraft, TemplateHead, TemplateKey, TemplateSnapshot, TemplateType,
    TemplateVersion, TenantId,
};
use chrono::{DateTime, Utc};

use crate::{StorageError, StoredBrand};

/// Operations on templates of one tenant.
#[async_trait]
pub trait TemplateRows: Send {
    /// Waits until no other transaction changes templates of this tenant, and keeps others waiting until the end of this
    /// one: whatever a change was decided on holds until it is stored.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn hold_templates(&mut self, tenant: &TenantId) -> Result<(), StorageError>;

    /// All types that have templates or a schema, by name.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn types_with_templates(
        &mut self,
        tenant: &TenantId,
    ) -> Result<Vec<TemplateType>, StorageError>;

    /// Stores a type as it is given.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_template_type(
        &mut self,
        tenant: &TenantId,
        one: &TemplateType,
    ) -> Result<(), StorageError>;

    /// The drafts of a type, by channel and locale.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn drafts_of(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
    ) -> Result<Vec<TemplateDraft>, StorageError>;

    /// Stores a draft as it is given.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_draft(
        &mut self,
        tenant: &TenantId,
        draft: &TemplateDraft,
    ) -> Result<(), StorageError>;

    /// Removes a draft, if there is one.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn remove_draft(
        &mut self,
        tenant: &TenantId,
        key: &TemplateKey,
    ) -> Result<(), StorageError>;

    /// The versions of a type and the bytes of each, newest first.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn version_sizes(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
    ) -> Result<Vec<(u64, u64)>, StorageError>;

    /// Removes all drafts of a type with their variants, and its versions that wait for their time.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn remove_drafts_and_scheduled(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
    ) -> Result<(), StorageError>;

    /// The brand, if there is one.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn brand_of(&mut self, tenant: &TenantId) -> Result<Option<StoredBrand>, StorageError>;

    /// Stores the brand as it is given.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_brand(
        &mut self,
        tenant: &TenantId,
        brand: &StoredBrand,
    ) -> Result<(), StorageError>;

    /// One version.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn version_of(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
    ) -> Result<Option<TemplateVersion>, StorageError>;

    /// The version whose templates a version has, if that is there.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn content_version(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
    ) -> Result<Option<u64>, StorageError>;

    /// Stores a new version.
    ///
    /// # Errors
    /// [`StorageError::Refused`] where there is one of this number.
    async fn insert_version(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: &TemplateVersion,
    ) -> Result<(), StorageError>;

    /// Stores a new version that holds what version `from` holds.
    ///
    /// # Errors
    /// As [`Self::insert_version`].
    async fn copy_version(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        from: u64,
        head: &TemplateHead,
    ) -> Result<(), StorageError>;

    /// Notes that a version was published and which version of `_shared` it uses; it waits for its time no more.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn mark_published(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
        shared_version: Option<u64>,
        at: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Stores what a version that waits for its time holds now.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn replace_scheduled(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
        snapshot: &TemplateSnapshot,
    ) -> Result<(), StorageError>;

    /// Notes that a newer version was published before this one's time came: it waits no more.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn supersede_version(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
    ) -> Result<(), StorageError>;

    /// Notes that a version that waits for its time failed to be published, and is not tried again before `until`.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_off_version(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
        until: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Removes a version that waits for its time, or was superseded.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn remove_scheduled(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        version: u64,
    ) -> Result<(), StorageError>;

    /// How many versions of a type wait for their time.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn scheduled_versions(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
    ) -> Result<u64, StorageError>;

    /// Removes versions with smaller numbers than `below`, except `current`, those that wait for their time, and those of
    /// `_shared` that a version of another type uses.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn forget_versions(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        below: u64,
        current: Option<u64>,
    ) -> Result<(), StorageError>;
}
