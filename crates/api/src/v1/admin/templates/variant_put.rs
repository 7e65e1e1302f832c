//! `PUT /api/v1/admin/templates/{type}/{channel}/variants/{variant}`: saves a variant.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use campanile_app::templates::{self, Editor, VariantBody, read_variant};
use campanile_storage::Storage;

use super::paths::VariantPath;
use super::variant_body::VariantItem;
use crate::identity::TemplateEditor;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::if_match::{IfMatch, etag};
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Conditional, Guarded, ReadsBody};

/// Saves other words for some of a channel's readers, which are used when the type is published next.
///
/// Each reader is given the template or one of its variants, always the same one, by a hash of tenant, type, channel and
/// user. Parts that a variant lacks are those of the template. `If-Match` and `If-None-Match` work as they do for a template.
#[utoipa::path(
    put,
    operation_id = "put_template_variant",
    path = "/api/v1/admin/templates/{type}/{channel}/variants/{variant}",
    tag = "operators",
    security(("bearer" = ["templates:write"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(
        ("type" = String, Path, description = "The notification type", example = "order_shipped"),
        ("channel" = String, Path, description = "The channel", example = "push"),
        ("variant" = String, Path, description = "Its name: 1 to 32 of the characters a-z, 0-9, _ and -, and not `control`", example = "short"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the variant that is replaced, or `*`"),
        ("If-None-Match" = Option<String>, Header, description = "`*`: only if there is no such variant"),
    ),
    request_body(content = VariantBody, content_type = "application/json",
        example = json!({"weight": 50, "templates": {"en": {"title": "{{ content.order_id }} is on its way"}}})),
    responses(
        (status = 200, description = "The variant was saved", body = VariantItem, headers(("ETag" = String))),
        (status = 404, description = "Not a valid type, channel or name", body = ProblemDocument, content_type = "application/problem+json"),
        Conditional,
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn put(
    operator: TemplateEditor,
    VariantPath(key): VariantPath,
    IfMatch(seen): IfMatch,
    State(storage): State<Arc<dyn Storage>>,
    body: JsonBody,
) -> Result<impl IntoResponse, Problem> {
    let request = body.read(read_variant).await??;
    let (storage, tenant) = (storage.as_ref(), operator.tenant());
    let editor = Editor::new(operator.act());
    let saved = templates::save_variant(storage, tenant, key, request, seen, editor).await?;
    let of = &saved.key;
    tracing::info!(tenant.id = %tenant, r#type = %of.notification_type, channel = %of.channel, variant = of.variant, "saved a variant of a template");
    Ok((etag(saved.revision), Json(VariantItem::from(saved))))
}
