//! Drafts: saved, read and removed.

use campanile_domain::{
    AuditAction, Precondition, TemplateDraft, TemplateKey, TemplateParts, TenantId,
};
use campanile_pipeline::{AuditEntry, Audited, DraftLook, DraftSaved, SaveDraft};
use campanile_storage::Storage;

use super::check::check_draft;
use super::limits::{drafts_too_large, too_many_locales, too_many_types, type_too_large};
use super::{Editor, TemplateError};

/// What is said where there is none.
const NO_DRAFT: &str = "Template not found";

/// Saves a draft. Messages use it when its type is published next.
///
/// # Errors
/// [`TemplateError`]; nothing is changed.
pub async fn save_draft(
    storage: &dyn Storage,
    tenant: &TenantId,
    key: TemplateKey,
    parts: TemplateParts,
    seen: Precondition,
    editor: Editor<'_>,
) -> Result<TemplateDraft, TemplateError> {
    check_draft(storage, tenant, &key, &parts).await?;
    let entry = entry(editor, tenant, AuditAction::TemplateDraftSave, &key);
    let audited = Audited::new(storage, entry);
    let save = SaveDraft {
        key,
        parts,
        seen,
        by: editor.name.to_owned(),
        now: editor.now,
    };
    match campanile_pipeline::save_draft(&audited, tenant, save).await? {
        DraftSaved::Stored(draft) => Ok(draft),
        DraftSaved::Refused(refusal, current) => Err(TemplateError::refused(refusal, current)),
        DraftSaved::TooManyTypes(most) => Err(too_many_types(most)),
        DraftSaved::TooManyLocales => Err(too_many_locales()),
        DraftSaved::TypeTooLarge(bytes) => Err(type_too_large(bytes)),
        DraftSaved::TenantTooLarge(bytes) => Err(drafts_too_large(bytes)),
    }
}

/// One draft.
///
/// # Errors
/// [`TemplateError::NotFound`] or [`TemplateError::Storage`].
pub async fn draft(
    storage: &dyn Storage,
    tenant: &TenantId,
    key: &TemplateKey,
) -> Result<TemplateDraft, TemplateError> {
    let drafts = storage
        .template_drafts(tenant, Some(&key.notification_type))
        .await?;
    let found = drafts.into_iter().find(|draft| draft.key == *key);
    found.ok_or(TemplateError::NotFound(NO_DRAFT))
}

/// Removes a draft. The version in use stays until its type is published again.
///
/// # Errors
/// [`TemplateError`]; nothing is changed.
pub async fn remove_draft(
    storage: &dyn Storage,
    tenant: &TenantId,
    key: &TemplateKey,
    seen: Precondition,
    editor: Editor<'_>,
) -> Result<(), TemplateError> {
    let entry = entry(editor, tenant, AuditAction::TemplateDraftRemove, key);
    let audited = Audited::new(storage, entry);
    let removed = campanile_pipeline::remove_draft(&audited, tenant, key, seen).await?;
    match removed {
        None => Err(TemplateError::NotFound(NO_DRAFT)),
        Some(Ok(())) => Ok(()),
        Some(Err(refusal)) => {
            let current = draft(storage, tenant, key).await?.revision;
            Err(TemplateError::refused(refusal, Some(current)))
        }
    }
}

fn entry(
    editor: Editor<'_>,
    tenant: &TenantId,
    action: AuditAction,
    key: &TemplateKey,
) -> AuditEntry {
    let (of, channel, locale) = (&key.notification_type, key.channel, &key.locale);
    let target = format!("template/{of}/{channel}/{locale}");
    let entry = editor.entry(tenant, action, target);
    entry.looking(DraftLook(key.clone()))
}
