//! What is said when a tenant has as many as it may have.

use campanile_domain::TemplateLimits;
use campanile_fields::FieldCode;

use super::TemplateError;

pub(super) fn too_many_types() -> TemplateError {
    let most = TemplateLimits::TYPES;
    let detail = format!(
        "the tenant has templates or schemas for {most} notification types; that is the maximum"
    );
    TemplateError::field("", FieldCode::TooMany, detail)
}

pub(super) fn too_many_locales() -> TemplateError {
    let most = TemplateLimits::LOCALES;
    let detail = format!("the channel has templates in {most} locales; that is the maximum");
    TemplateError::field("", FieldCode::TooMany, detail)
}
