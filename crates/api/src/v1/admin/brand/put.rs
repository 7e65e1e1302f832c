//! `PUT /api/v1/admin/brand`: sets the tenant's brand.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use campanile_app::templates::{self, BrandBody, Editor, read_brand};
use campanile_storage::Storage;

use super::item::Item;
use crate::identity::TemplateEditor;
use crate::problem::Problem;
use crate::v1::if_match::{IfMatch, etag};
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Conditional, Guarded, ReadsBody};

/// Sets the tenant's brand, which templates have as `brand`. A field that is left out is removed. It becomes part of a
/// version when the type `_shared` is published next. To replace a brand, send its `ETag` in `If-Match`, or `If-Match: *`.
#[utoipa::path(
    put,
    operation_id = "put_brand",
    path = "/api/v1/admin/brand",
    tag = "operators",
    security(("bearer" = ["templates:write"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the brand that is replaced, or `*`"),
        ("If-None-Match" = Option<String>, Header, description = "`*`: only if there is none"),
    ),
    request_body(content = BrandBody, content_type = "application/json",
        example = json!({"name": "Acme", "logo": "https://acme.example/logo.png", "colors": {"accent": "#0a7cff"}})),
    responses(
        (status = 200, description = "The brand was set", body = Item, headers(("ETag" = String))),
        Conditional,
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn put(
    operator: TemplateEditor,
    IfMatch(seen): IfMatch,
    State(storage): State<Arc<dyn Storage>>,
    body: JsonBody,
) -> Result<impl IntoResponse, Problem> {
    let brand = body.read(read_brand).await??;
    let editor = Editor::new(operator.act());
    let tenant = operator.tenant();
    let stored = templates::save_brand(storage.as_ref(), tenant, brand, seen, editor).await?;
    tracing::info!(tenant.id = %tenant, revision = stored.revision, "set the brand");
    Ok((etag(stored.revision), Json(Item::new(Some(stored)))))
}
