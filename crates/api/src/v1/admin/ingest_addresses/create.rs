//! `POST /api/v1/admin/ingest-addresses`: a program gets an address and a key.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::ingest::{self, IngestBody, IngestError, read_ingest};
use campanile_domain::Random;
use campanile_providers::ProviderService;
use campanile_storage::Storage;
use http::StatusCode;

use super::item::CreatedBody;
use crate::identity::Operator;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};

impl From<IngestError> for Problem {
    fn from(error: IngestError) -> Self {
        match error {
            IngestError::Fields(errors) => errors.into(),
            IngestError::Secret(error) => error.into(),
            IngestError::Storage(error) => error.into(),
        }
    }
}

/// Creates an address to which a program sends in its own protocol: the Apprise API, ntfy, webhooks of Alertmanager or
/// Grafana, or JSON of any shape. The answer has the key, which is not shown again. The program sends to `path`, with the key in
/// the path or as its credential. A tenant can have 200 addresses in use.
#[utoipa::path(
    post,
    operation_id = "create_ingest_address",
    path = "/api/v1/admin/ingest-addresses",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    request_body(content = IngestBody, content_type = "application/json",
        example = json!({"kind": "apprise", "name": "Backups", "recipients": ["u1"]})),
    responses(
        (status = 201, description = "The address and its key", body = CreatedBody,
            links(("revoke" = (operation_id = "revoke_ingest_address", parameters(("id" = "$response.body#/address/id")))))),
        (status = 409, description = "The server has no master key, which `signed` requires, or a different one from the key that encrypted this tenant's secrets", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn create(
    operator: Operator,
    State(storage): State<Arc<dyn Storage>>,
    State(secrets): State<ProviderService>,
    State(random): State<Random>,
    body: JsonBody,
) -> Result<(StatusCode, Json<CreatedBody>), Problem> {
    let new = body.read(read_ingest).await??;
    let (storage, tenant, act) = (storage.as_ref(), operator.tenant(), operator.act());
    let created = ingest::create(storage, &secrets, &random, tenant, new, act).await?;
    let (id, kind) = (created.address.id, created.address.kind.name());
    tracing::info!(tenant.id = %tenant, ingest.id = %id, kind, "created an ingest address");
    Ok((StatusCode::CREATED, Json(created.into())))
}
