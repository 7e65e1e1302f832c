//! `POST /api/v1/admin/tenants/{tenant}/encryption/rotate-key`: a tenant gets a new data key.

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

/// Gives a tenant a new data key, and encrypts with it what the former one has encrypted.
///
/// Workers do that in steps; `GET` of `/encryption` shows the progress. If texts are encrypted on this server, what was stored before
/// that is encrypted too. The former key is removed once nothing is left that it has encrypted, three minutes after the request at the
/// earliest. Repeating the request meanwhile changes nothing.
#[utoipa::path(
    post,
    operation_id = "rotate_data_key",
    path = "/api/v1/admin/tenants/{tenant}/encryption/rotate-key",
    tag = "platform",
    security(("bearer" = ["platform"])),
    params(("tenant" = String, Path, description = "Name of the tenant", example = "acme")),
    responses(
        (status = 202, description = "The tenant has a new data key, or its rotation was running already", body = EncryptionBody),
        (status = 404, description = "There is no tenant of this name", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "The tenant has no data key, its import is not finished, or this server has no master key", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn rotate(
    platform: Platform,
    NamePath(name): NamePath,
    State(book): State<TenantBook>,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<(StatusCode, Json<EncryptionBody>), Problem> {
    book.tenant(&name).await?;
    encryption::rotate(storage.as_ref(), &name, platform.act()).await?;
    tracing::info!(tenant.id = %name, "the tenant has a new data key");
    let body = EncryptionBody::of(storage.as_ref(), name).await?;
    Ok((StatusCode::ACCEPTED, Json(body)))
}
