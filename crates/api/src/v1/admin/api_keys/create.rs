//! `POST /api/v1/admin/api-keys`: creates a key.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::api_keys::{ApiKeyBody, ApiKeyBook, Manager, read_new_key};
use campanile_domain::Clock;
use http::StatusCode;

use super::item::CreatedItem;
use crate::identity::Operator;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};

/// Creates an API key. The response shows the whole key, once. A tenant can have 100 active keys, unless the operator of the
/// installation sets another number. A key with the scope `platform` requires the scope `platform`.
#[utoipa::path(
    post,
    operation_id = "create_api_key",
    path = "/api/v1/admin/api-keys",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    request_body(content = ApiKeyBody, content_type = "application/json",
        example = json!({"name": "billing service", "scopes": ["notifications:send"]})),
    responses(
        (status = 201, description = "The key was created", body = CreatedItem),
        (status = 403, description = "The scope is missing, or the tenant has too many active keys", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn create(
    operator: Operator,
    State(book): State<ApiKeyBook>,
    State(clock): State<Arc<dyn Clock>>,
    body: JsonBody,
) -> Result<(StatusCode, Json<CreatedItem>), Problem> {
    let now = clock.now();
    let wanted = body.read(|json| read_new_key(json, now)).await??;
    let (tenant, by) = (operator.tenant(), manager(&operator));
    let created = book.create(tenant, wanted, by).await?;
    tracing::info!(tenant.id = %tenant, api_key.id = %created.key.id, "created an API key");
    Ok((StatusCode::CREATED, Json(CreatedItem::new(created, now))))
}

/// The operator, as who manages keys.
pub(super) fn manager(operator: &Operator) -> Manager<'_> {
    Manager {
        act: operator.act(),
        is_platform: operator.is_platform(),
    }
}
