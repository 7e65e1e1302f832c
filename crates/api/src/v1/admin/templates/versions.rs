//! `GET /api/v1/admin/templates/{type}/versions`: what was published.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use campanile_app::templates;
use campanile_fields::{FieldCode, Query};
use campanile_storage::Storage;
use http::Uri;

use super::paths::TypePath;
use super::version_body::TemplateVersionList;
use crate::identity::Viewer;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::if_match::etag;
use crate::v1::responses::{Guarded, ReadsQuery};

/// Versions of a page unless the caller says otherwise.
const DEFAULT_LIMIT: u32 = 20;
/// Versions of a page at most.
const MAX_LIMIT: u32 = 100;

/// Lists the versions of a type, newest first: who made them, when and why. The `ETag` has the latest version; sent as
/// `If-Match` with `publish` or `rollback`, it refuses the call if another version was made meanwhile. The newest 200
/// versions are kept, and the one in use.
#[utoipa::path(
    get,
    operation_id = "list_template_versions",
    path = "/api/v1/admin/templates/{type}/versions",
    tag = "operators",
    security(("bearer" = ["admin:read"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(
        ("type" = String, Path, description = "The notification type, or `_shared`", example = "_shared"),
        ("limit" = Option<u32>, Query, description = "Maximum number of versions to return (default 20)", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the previous page"),
    ),
    responses(
        (status = 200, description = "One page of the list", body = TemplateVersionList, headers(("ETag" = String))),
        (status = 404, description = "The type has no templates", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsQuery,
    ),
)]
pub(super) async fn versions(
    operator: Viewer,
    TypePath(of): TypePath,
    State(storage): State<Arc<dyn Storage>>,
    uri: Uri,
) -> Result<impl IntoResponse, Problem> {
    let mut query = Query::of(uri.query());
    let limit = query.number("limit", 1, MAX_LIMIT).unwrap_or(DEFAULT_LIMIT);
    let before = query.text("cursor").and_then(|text| {
        let before = text.parse::<u64>().ok().filter(|before| *before > 0);
        if before.is_none() {
            let detail = "is not a cursor of this list";
            query.wrong("cursor", FieldCode::WrongFormat, detail);
        }
        before
    });
    query.finish()?;
    let tenant = operator.tenant();
    let page = templates::versions(storage.as_ref(), tenant, &of, before, limit).await?;
    Ok((etag(page.latest), Json(TemplateVersionList::from(page))))
}
