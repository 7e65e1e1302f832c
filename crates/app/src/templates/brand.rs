//! What a tenant's messages have in common.

use campanile_domain::{AuditAction, Brand, Precondition, TenantId};
use campanile_pipeline::{Audited, BrandLook, BrandSaved};
use campanile_storage::{Storage, StoredBrand};

use super::limits::too_many_types;
use super::{Editor, TemplateError};

/// Saves the brand. Messages use it when `_shared` is published next.
///
/// # Errors
/// [`TemplateError`]; nothing is changed.
pub async fn save_brand(
    storage: &dyn Storage,
    tenant: &TenantId,
    brand: Brand,
    seen: Precondition,
    editor: Editor<'_>,
) -> Result<StoredBrand, TemplateError> {
    let (by, now) = (editor.name, editor.now);
    let entry = editor.entry(tenant, AuditAction::BrandSave, "brand".into());
    let audited = Audited::new(storage, entry.looking(BrandLook));
    match campanile_pipeline::save_brand(&audited, tenant, brand, seen, by, now).await? {
        BrandSaved::Stored(stored) => Ok(stored),
        BrandSaved::Refused(refusal, current) => Err(TemplateError::refused(refusal, current)),
        BrandSaved::TooManyTypes(most) => Err(too_many_types(most)),
    }
}
