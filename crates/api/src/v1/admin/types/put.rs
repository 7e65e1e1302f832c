//! `PUT /api/v1/admin/types/{type}`: what the content of a type looks like.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use campanile_app::templates::{self, Announcer, Editor, TypeBody, read_type};
use campanile_storage::Storage;

use super::item::Item;
use crate::identity::TemplateEditor;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::admin::templates::TypePath;
use crate::v1::if_match::{IfMatch, etag};
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Conditional, Guarded, ReadsBody};

/// Sets a JSON Schema (draft 2020-12) for the `content` of a notification type. With `schema_strict`, requests
/// that violate it are refused with 422 and the place of the fault; otherwise the timeline of the notification has a warning.
/// To replace a schema, send its `ETag` in `If-Match`, or `If-Match: *`. `$ref`, `$dynamicRef`,
/// `unevaluatedProperties` and `unevaluatedItems` are not supported.
#[utoipa::path(
    put,
    operation_id = "put_type",
    path = "/api/v1/admin/types/{type}",
    tag = "operators",
    security(("bearer" = ["templates:write"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(
        ("type" = String, Path, description = "The notification type", example = "order_shipped"),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the schema that is replaced, or `*`"),
        ("If-None-Match" = Option<String>, Header, description = "`*`: only if there is none"),
    ),
    request_body(content = TypeBody, content_type = "application/json",
        example = json!({"schema": {"type": "object", "required": ["order_id"],
            "properties": {"order_id": {"type": "string"}}}, "schema_strict": true})),
    responses(
        (status = 200, description = "The schema was set", body = Item, headers(("ETag" = String))),
        (status = 404, description = "Not a valid type", body = ProblemDocument, content_type = "application/problem+json"),
        Conditional,
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn put(
    operator: TemplateEditor,
    TypePath(of): TypePath,
    IfMatch(seen): IfMatch,
    State(storage): State<Arc<dyn Storage>>,
    State(announcer): State<Announcer>,
    body: JsonBody,
) -> Result<impl IntoResponse, Problem> {
    let schema = body.read(read_type).await??;
    let (storage, tenant) = (storage.as_ref(), operator.tenant());
    let editor = Editor::new(operator.act());
    let one = templates::save_schema(storage, &announcer, tenant, &of, schema, seen, editor);
    let one = one.await?;
    let revision = one.schema_revision;
    tracing::info!(tenant.id = %tenant, r#type = %of, revision, "set the schema of a type");
    Ok((etag(revision), Json(Item::from(one))))
}
