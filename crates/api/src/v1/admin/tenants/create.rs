//! `POST /api/v1/admin/tenants`: creates a tenant.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::tenants::{TenantBody, TenantBook, read_new_tenant};
use campanile_domain::Clock;
use campanile_links::Links;
use http::StatusCode;

use super::item::Item;
use crate::identity::Platform;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};

/// Creates a tenant. It can be used within a second.
#[utoipa::path(
    post,
    operation_id = "create_tenant",
    path = "/api/v1/admin/tenants",
    tag = "platform",
    security(("bearer" = ["platform"])),
    request_body(content = TenantBody, content_type = "application/json", example = json!({"tenant": "acme"})),
    responses(
        (status = 201, description = "The tenant was created", body = Item),
        (status = 409, description = "There is a tenant of this name", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn create(
    platform: Platform,
    State(book): State<TenantBook>,
    State(clock): State<Arc<dyn Clock>>,
    State(links): State<Links>,
    body: JsonBody,
) -> Result<(StatusCode, Json<Item>), Problem> {
    let now = clock.now();
    let wanted = body.read(|json| read_new_tenant(json, now)).await??;
    let tenant = book.create(wanted, platform.act()).await?;
    tracing::info!(tenant.id = %tenant.id, by = %platform.subject(), "created a tenant");
    Ok((StatusCode::CREATED, Json(Item::of(tenant, &links))))
}
