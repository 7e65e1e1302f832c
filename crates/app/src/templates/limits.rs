//! What is said when a tenant has as many as it may have.

use campanile_domain::TemplateLimits;
use campanile_fields::FieldCode;

use super::TemplateError;

pub(super) fn too_many_types(most: usize) -> TemplateError {
    let detail = format!(
        "the tenant can have templates or schemas for {most} notification types, and has as many"
    );
    TemplateError::field("", FieldCode::TooMany, detail)
}

pub(super) fn too_many_locales() -> TemplateError {
    let most = TemplateLimits::LOCALES;
    let detail = format!("the channel has templates in {most} locales; that is the maximum");
    TemplateError::field("", FieldCode::TooMany, detail)
}

pub(super) fn type_too_large(bytes: usize) -> TemplateError {
    let most = TemplateLimits::SNAPSHOT_BYTES;
    let detail = format!("all templates of the type are {bytes} bytes; at most {most} are allowed");
    TemplateError::field("", FieldCode::TooLargeTogether, detail)
}

pub(super) fn drafts_too_large(bytes: u64) -> TemplateError {
    let most = TemplateLimits::DRAFT_BYTES;
    let detail = format!("all drafts of the tenant are {bytes} bytes; at most {most} are allowed");
    TemplateError::field("", FieldCode::TooLargeTogether, detail)
}

pub(super) fn in_use_too_large(bytes: u64) -> TemplateError {
    let most = TemplateLimits::CURRENT_BYTES;
    let detail = format!(
        "all versions of the tenant that are in use are {bytes} bytes; at most {most} are allowed"
    );
    TemplateError::field("", FieldCode::TooLargeTogether, detail)
}
