//! `/api/v1/admin/tenants/{tenant}/encryption`: how what is stored of a tenant is encrypted.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::encryption;
use campanile_app::tenants::TenantBook;
use campanile_storage::Storage;
use http::StatusCode;

use super::encryption_body::EncryptionBody;
use super::name_path::NamePath;
use crate::identity::Platform;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Retrieves how what is stored of a tenant is encrypted, and how far the rotation of its data key is.
#[utoipa::path(
    get,
    operation_id = "show_tenant_encryption",
    path = "/api/v1/admin/tenants/{tenant}/encryption",
    tag = "platform",
    security(("bearer" = ["platform"])),
    params(("tenant" = String, Path, description = "Name of the tenant", example = "acme")),
    responses(
        (status = 200, description = "The data keys, and the latest rotation", body = EncryptionBody),
        (status = 404, description = "There is no tenant of this name", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn show(
    _: Platform,
    NamePath(name): NamePath,
    State(book): State<TenantBook>,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<Json<EncryptionBody>, Problem> {
    book.tenant(&name).await?;
    Ok(Json(EncryptionBody::of(storage.as_ref(), name).await?))
}

/// Encrypts what was stored of a tenant before its texts were encrypted.
///
/// Workers do that in steps; `GET` of the same path shows the progress. Repeating the request meanwhile changes nothing.
#[utoipa::path(
    post,
    operation_id = "encrypt_tenant_texts",
    path = "/api/v1/admin/tenants/{tenant}/encryption",
    tag = "platform",
    security(("bearer" = ["platform"])),
    params(("tenant" = String, Path, description = "Name of the tenant", example = "acme")),
    responses(
        (status = 202, description = "It has begun, or was running already", body = EncryptionBody),
        (status = 404, description = "There is no tenant of this name", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "Texts are not encrypted on this server, or were not when the rotation that runs was requested, or the import of the tenant is not finished", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn encrypt(
    platform: Platform,
    NamePath(name): NamePath,
    State(book): State<TenantBook>,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<(StatusCode, Json<EncryptionBody>), Problem> {
    book.tenant(&name).await?;
    encryption::encrypt_texts(storage.as_ref(), &name, platform.act()).await?;
    tracing::info!(tenant.id = %name, "began to encrypt what is stored of the tenant");
    let body = EncryptionBody::of(storage.as_ref(), name).await?;
    Ok((StatusCode::ACCEPTED, Json(body)))
}
