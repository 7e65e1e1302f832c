//! `PUT /api/v1/admin/providers/{name}`: a tenant brings an account of its own.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_domain::Clock;
use campanile_providers::{ProviderError, ProviderService};

use super::item::Item;
use super::name_path::NamePath;
use super::put_body::PutBody;
use crate::identity::Operator;
use crate::problem::{Problem, ProblemCode, ProblemDocument};
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};

impl From<ProviderError> for Problem {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Fields(errors) => errors.into(),
            ProviderError::NotConfigured => {
                Self::new(ProblemCode::NotConfigured, error.to_string())
            }
            ProviderError::Key(_) => {
                tracing::error!(%error, "a tenant's secrets cannot be sealed");
                Self::new(ProblemCode::NotConfigured, error.to_string())
            }
            ProviderError::Storage(error) => error.into(),
            ProviderError::InUse => Self::new(ProblemCode::ProviderInUse, error.to_string()),
            ProviderError::Busy => Self::new(ProblemCode::Unavailable, error.to_string()),
            ProviderError::Client(_) => {
                tracing::error!(%error, "a provider cannot be checked");
                Self::internal()
            }
        }
    }
}

/// Creates an account or replaces it; workers use it within seconds.
///
/// What is left out is forgotten, except a secret: it is kept from before, as long as the provider
/// stays on its channel and the fields that say where the secret goes or what it opens (host, port,
/// tls and username of a relay; endpoint, token_uri and client_email of a push account) stay as they
/// are. Secrets are sealed and never read back.
///
/// A webhook whose `secret` is changed is signed with both the new and the old one for
/// `secret_overlap_hours` (`webhook-signature` has several signatures with spaces between), so that its
/// receiver can change over in between; 0 ends every earlier secret at once.
///
/// Several providers of a channel share its deliveries by `weight`; where none is set it is 1, or
/// nothing for a provider that others fail over to. `failover_to` names the one that takes over while
/// this one is left alone after failures or cannot be used. A delivery whose last answer was unclear is
/// only ever tried again by the provider that gave it.
#[utoipa::path(
    put,
    operation_id = "put_provider",
    path = "/api/v1/admin/providers/{name}",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(("name" = String, Path, description = "What the tenant calls it: 1 to 64 characters of a-z, 0-9, _, . and -", example = "main")),
    request_body(content = PutBody, content_type = "application/json",
        example = json!({"channel": "email", "settings": {"host": "smtp.example.com", "username": "acme",
            "password": "…", "from": "Acme <news@acme.example>"}})),
    responses(
        (status = 200, description = "Created or replaced", body = Item),
        (status = 404, description = "No provider can have this name", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "The server has no master key, or not the one that this tenant's secrets are sealed under", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn put(
    operator: Operator,
    NamePath(name): NamePath,
    State(service): State<ProviderService>,
    State(clock): State<Arc<dyn Clock>>,
    body: JsonBody,
) -> Result<Json<Item>, Problem> {
    let body = body.json().await?;
    let tenant = operator.tenant();
    let shown = service.put(tenant, &name, &body, clock.now()).await?;
    let channel = shown.channel;
    tracing::info!(tenant.id = %tenant, provider = %name, channel, "set a provider");
    Ok(Json(shown.into()))
}
