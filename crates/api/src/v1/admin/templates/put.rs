//! `PUT /api/v1/admin/templates/{type}/{channel}/{locale}`: saves a draft.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use campanile_app::templates::{self, DraftBody, Editor, read_draft};
use campanile_storage::Storage;

use super::draft_body::DraftItem;
use super::paths::KeyPath;
use crate::identity::TemplateEditor;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::if_match::{IfMatch, etag};
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Conditional, Guarded, ReadsBody};

/// Saves a template as a draft, which notifications use when its type is published next.
///
/// To replace a draft, send its `ETag` in `If-Match`: if another editor has changed it meanwhile, the call is refused with
/// 412 and changes nothing. Without `If-Match` only a new draft is saved; if there is one, the answer is 428.
/// `If-Match: *` replaces whatever is there. `If-None-Match: *` saves a new draft only.
///
/// Sources are compiled. A fault is refused with 422, its line and its column. The type `_shared` holds layouts and
/// partials, by name, for the templates of all types.
#[utoipa::path(
    put,
    operation_id = "put_template",
    path = "/api/v1/admin/templates/{type}/{channel}/{locale}",
    tag = "operators",
    security(("bearer" = ["templates:write"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(
        ("type" = String, Path, description = "The notification type, or `_shared`", example = "order_shipped"),
        ("channel" = String, Path, description = "The channel", example = "push"),
        ("locale" = String, Path, description = "A language tag", example = "en"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the draft that is replaced, or `*`"),
        ("If-None-Match" = Option<String>, Header, description = "`*`: only if there is no draft"),
    ),
    request_body(content = DraftBody, content_type = "application/json",
        example = json!({"parts": {"title": "Your order {{ content.order_id }}", "body": "It is on its way."}})),
    responses(
        (status = 200, description = "The draft was saved", body = DraftItem, headers(("ETag" = String))),
        (status = 404, description = "Not a valid type, channel or locale", body = ProblemDocument, content_type = "application/problem+json"),
        Conditional,
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn put(
    operator: TemplateEditor,
    KeyPath(key): KeyPath,
    IfMatch(seen): IfMatch,
    State(storage): State<Arc<dyn Storage>>,
    body: JsonBody,
) -> Result<impl IntoResponse, Problem> {
    let parts = body.read(read_draft).await??;
    let editor = Editor::new(operator.act());
    let tenant = operator.tenant();
    let draft = templates::save_draft(storage.as_ref(), tenant, key, parts, seen, editor).await?;
    let of = &draft.key;
    tracing::info!(tenant.id = %tenant, r#type = %of.notification_type, channel = %of.channel, locale = of.locale, "saved a template");
    Ok((etag(draft.revision), Json(DraftItem::from(draft))))
}
