//! `POST /api/v1/admin/master-key/rotate`: all data keys are encrypted with the current master key.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::encryption;
use campanile_storage::Storage;
use http::StatusCode;

use super::body::MasterKeyBody;
use crate::identity::Platform;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Encrypts all data keys with the current master key.
///
/// Workers do that in steps; `GET` of `/master-key` shows the progress. When it has ended and no key is unreadable,
/// `CAMPANILE_MASTER_KEY_PREVIOUS` can be removed. Repeating the request meanwhile changes nothing.
#[utoipa::path(
    post,
    operation_id = "rotate_master_key",
    path = "/api/v1/admin/master-key/rotate",
    tag = "platform",
    security(("bearer" = ["platform"])),
    responses(
        (status = 202, description = "It has begun, or was running already", body = MasterKeyBody),
        (status = 409, description = "This server does not have both master keys", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn rotate(
    platform: Platform,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<(StatusCode, Json<MasterKeyBody>), Problem> {
    let home = platform.home();
    encryption::rotate_master_key(storage.as_ref(), home, platform.act()).await?;
    tracing::info!("began to encrypt all data keys with the current master key");
    let body = MasterKeyBody::of(storage.as_ref(), home).await?;
    Ok((StatusCode::ACCEPTED, Json(body)))
}
