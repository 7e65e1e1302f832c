//! What was published, and what differs.

use campanile_domain::{
    NotificationType, ShownVersion, TemplateSnapshot, TemplateVersion, TenantId, shared_type,
};
use campanile_storage::Storage;

use super::TemplateError;

/// What is said where there is none.
pub(super) const NO_VERSION: &str = "Template version not found";
/// What is said of a type without templates.
pub(super) const NO_TYPE: &str = "Template not found";

/// A page of versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionPage {
    /// Newest first.
    pub versions: Vec<ShownVersion>,
    /// The latest version of all; 0 is none.
    pub latest: u64,
    /// Before which version the next page begins, if there is one.
    pub next: Option<u64>,
}

/// The versions of a type, newest first.
///
/// # Errors
/// [`TemplateError::NotFound`] or [`TemplateError::Storage`].
pub async fn versions(
    storage: &dyn Storage,
    tenant: &TenantId,
    of: &NotificationType,
    before: Option<u64>,
    limit: u32,
) -> Result<VersionPage, TemplateError> {
    let one = storage.template_type(tenant, of).await?;
    let one = one.ok_or(TemplateError::NotFound(NO_TYPE))?;
    let mut heads = storage
        .template_heads(tenant, of, before, limit + 1)
        .await?;
    let has_more = heads.len() > limit as usize;
    heads.truncate(limit as usize);
    let next = heads.last().map(|head| head.version).filter(|_| has_more);
    let shown = heads
        .into_iter()
        .map(|head| ShownVersion::of(head, one.current_version));
    Ok(VersionPage {
        versions: shown.collect(),
        latest: one.latest_version,
        next,
    })
}

/// One version with all that it holds.
///
/// # Errors
/// [`TemplateError::NotFound`] or [`TemplateError::Storage`].
pub async fn version(
    storage: &dyn Storage,
    tenant: &TenantId,
    of: &NotificationType,
    version: u64,
) -> Result<(ShownVersion, TemplateSnapshot), TemplateError> {
    let found = storage.template_version(tenant, of, version).await?;
    let TemplateVersion { head, snapshot } = found.ok_or(TemplateError::NotFound(NO_VERSION))?;
    let one = storage.template_type(tenant, of).await?;
    let current = one.and_then(|one| one.current_version);
    Ok((ShownVersion::of(head, current), snapshot))
}

/// A side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The drafts.
    Drafts,
    /// The version in use; nothing, if there is none.
    Current,
    /// This version.
    Version(u64),
}

/// What two sides hold.
///
/// # Errors
/// [`TemplateError::NotFound`] or [`TemplateError::Storage`].
pub async fn sides(
    storage: &dyn Storage,
    tenant: &TenantId,
    of: &NotificationType,
    from: Side,
    to: Side,
) -> Result<(TemplateSnapshot, TemplateSnapshot), TemplateError> {
    let one = storage.template_type(tenant, of).await?;
    let one = one.ok_or(TemplateError::NotFound(NO_TYPE))?;
    let holds = async |side: Side| {
        let number = match side {
            Side::Drafts => return drafts(storage, tenant, of).await,
            Side::Current => one.current_version,
            Side::Version(number) => Some(number),
        };
        let Some(number) = number else {
            return Ok(TemplateSnapshot::default());
        };
        let found = storage.template_version(tenant, of, number).await?;
        let found = found.ok_or(TemplateError::NotFound(NO_VERSION))?;
        Ok(found.snapshot)
    };
    Ok((holds(from).await?, holds(to).await?))
}

async fn drafts(
    storage: &dyn Storage,
    tenant: &TenantId,
    of: &NotificationType,
) -> Result<TemplateSnapshot, TemplateError> {
    let brand = match *of == shared_type() {
        true => storage.brand(tenant).await?,
        false => None,
    };
    let drafts = storage.template_drafts(tenant, Some(of)).await?;
    let variants = storage.template_variants(tenant, of).await?;
    let brand = brand.map(|stored| stored.brand);
    Ok(TemplateSnapshot::of(drafts, brand).with_variants(variants))
}
