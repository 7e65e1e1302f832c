//! `PUT /api/v1/admin/providers/{name}`: creates or replaces a tenant's provider.

use axum::Json;
use axum::extract::State;
use campanile_providers::{ProviderBody, ProviderError, ProviderService};

use super::item::Item;
use super::name_path::NamePath;
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
                tracing::error!(%error, "cannot encrypt a tenant's secrets");
                Self::new(ProblemCode::NotConfigured, error.to_string())
            }
            ProviderError::Storage(error) => error.into(),
            ProviderError::InUse => Self::new(ProblemCode::ProviderInUse, error.to_string()),
            ProviderError::Busy => Self::new(ProblemCode::Unavailable, error.to_string()),
            ProviderError::Client(_) => {
                tracing::error!(%error, "the settings of a provider cannot be checked");
                Self::internal()
            }
        }
    }
}

/// Creates or replaces a provider. Workers use the new settings within seconds.
///
/// A field that is left out is removed, except a secret. A stored secret is kept as long as the channel and the
/// fields that decide where the secret is sent or what it unlocks do not change: `host`, `port`, `tls` and `username`
/// of a mail relay; `endpoint`, `token_uri` and `client_email` of a push account. Secrets are encrypted and never
/// returned.
///
/// When the `secret` of a webhook changes, requests are signed with both the new and the old secret for
/// `secret_overlap_hours`, so that the receiver can switch in between. `webhook-signature` then contains several
/// signatures separated by spaces. Set it to 0 to revoke all earlier secrets immediately.
///
/// Several providers of a channel share its deliveries by `weight`. The default weight is 1, or 0 for a provider that
/// is the failover target of another. `failover_to` names the provider that takes over while this one is unavailable:
/// its circuit breaker is open, it is paused or its settings are invalid. A delivery whose last attempt had an
/// ambiguous outcome is only retried through the provider that made that attempt.
#[utoipa::path(
    put,
    operation_id = "put_provider",
    path = "/api/v1/admin/providers/{name}",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(("name" = String, Path, description = "Name of the provider: 1 to 64 characters of a-z, 0-9, _, . and -", example = "main")),
    request_body(content = ProviderBody, content_type = "application/json",
        example = json!({"channel": "email", "settings": {"host": "smtp.example.com", "username": "acme",
            "password": "…", "from": "Acme <news@acme.example>"}})),
    responses(
        (status = 200, description = "The provider was created or replaced", body = Item),
        (status = 404, description = "Not a valid provider name", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "The server has no master key, or a different one from the key that encrypted this tenant's secrets", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn put(
    operator: Operator,
    NamePath(name): NamePath,
    State(service): State<ProviderService>,
    body: JsonBody,
) -> Result<Json<Item>, Problem> {
    let body = body.json().await?;
    let tenant = operator.tenant();
    let shown = service.put(tenant, &name, &body, operator.act()).await?;
    let channel = shown.channel;
    tracing::info!(tenant.id = %tenant, provider = %name, channel, "set a provider");
    Ok(Json(shown.into()))
}
