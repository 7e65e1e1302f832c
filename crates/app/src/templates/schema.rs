//! What the content of a type's notifications should look like.

use campanile_domain::{
    AuditAction, ContentSchema, NotificationType, Precondition, TemplateType, TenantId, shared_type,
};
use campanile_fields::FieldCode;
use campanile_pipeline::{Audited, SchemaSaved, TypeLook};
use campanile_schemas::CompiledSchema;
use campanile_storage::Storage;

use super::limits::too_many_types;
use super::workshop::apart;
use super::{Announcer, Editor, TemplateError};

/// What is said where there is none.
const NO_SCHEMA: &str = "Type not found";

/// A type with its schema.
///
/// # Errors
/// [`TemplateError::NotFound`] or [`TemplateError::Storage`].
pub async fn type_of(
    storage: &dyn Storage,
    tenant: &TenantId,
    of: &NotificationType,
) -> Result<TemplateType, TemplateError> {
    let found = storage.template_type(tenant, of).await?;
    let found = found.filter(|one| one.schema.is_some());
    found.ok_or(TemplateError::NotFound(NO_SCHEMA))
}

/// Stores the schema of a type. Requests are compared with it within seconds.
///
/// # Errors
/// [`TemplateError`]; nothing is changed.
pub async fn save_schema(
    storage: &dyn Storage,
    announcer: &Announcer,
    tenant: &TenantId,
    of: &NotificationType,
    schema: ContentSchema,
    seen: Precondition,
    editor: Editor<'_>,
) -> Result<TemplateType, TemplateError> {
    if *of == shared_type() {
        let detail = "_shared is not the type of any notification";
        return Err(TemplateError::field("", FieldCode::NotSupported, detail));
    }
    let source = schema.schema.clone();
    let compiled = apart(tenant, move || CompiledSchema::compile(&source)).await?;
    if let Err(fault) = compiled {
        let field = format!("/schema{}", fault.pointer);
        return Err(TemplateError::field(
            &field,
            FieldCode::Invalid,
            fault.detail,
        ));
    }
    save(storage, announcer, tenant, of, Some(schema), seen, editor).await
}

/// Removes the schema of a type.
///
/// # Errors
/// [`TemplateError`]; nothing is changed.
pub async fn remove_schema(
    storage: &dyn Storage,
    announcer: &Announcer,
    tenant: &TenantId,
    of: &NotificationType,
    seen: Precondition,
    editor: Editor<'_>,
) -> Result<(), TemplateError> {
    save(storage, announcer, tenant, of, None, seen, editor)
        .await
        .map(drop)
}

async fn save(
    storage: &dyn Storage,
    announcer: &Announcer,
    tenant: &TenantId,
    of: &NotificationType,
    schema: Option<ContentSchema>,
    seen: Precondition,
    editor: Editor<'_>,
) -> Result<TemplateType, TemplateError> {
    let action = match schema {
        Some(_) => AuditAction::TypeSave,
        None => AuditAction::TypeRemove,
    };
    let entry = editor.entry(tenant, action, format!("type/{of}"));
    let audited = Audited::new(storage, entry.looking(TypeLook(of.clone())));
    match campanile_pipeline::save_schema(&audited, tenant, of, schema, seen).await? {
        SchemaSaved::Stored(one) => {
            announcer.changed();
            Ok(one)
        }
        SchemaSaved::Refused(refusal, current) => Err(TemplateError::refused(refusal, current)),
        SchemaSaved::Absent => Err(TemplateError::NotFound(NO_SCHEMA)),
        SchemaSaved::TooManyTypes(most) => Err(too_many_types(most)),
    }
}
