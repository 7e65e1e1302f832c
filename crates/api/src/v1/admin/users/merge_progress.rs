//! `GET /api/v1/admin/users/{user_id}/merge`: how far a merge is.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_pipeline::user_merge;
use campanile_storage::Storage;

use super::merge_body::MergeBody;
use crate::identity::Operator;
use crate::problem::{Problem, ProblemCode, ProblemDocument};
use crate::v1::responses::Guarded;
use crate::v1::users::UserPath;

/// Retrieves the progress of a merge. It is kept for 30 days after the end.
#[utoipa::path(
    get,
    operation_id = "get_user_merge",
    path = "/api/v1/admin/users/{user_id}/merge",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(("user_id" = String, Path, description = "The tenant's id of the user who is removed", example = "u1")),
    responses(
        (status = 200, description = "The merge and its progress", body = MergeBody),
        (status = 404, description = "No merge removes this user", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn show(
    operator: Operator,
    UserPath(from): UserPath,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<Json<MergeBody>, Problem> {
    let found = user_merge(storage.as_ref(), operator.tenant(), &from).await?;
    let detail = "No merge removes this user";
    found
        .map(|merge| Json(merge.into()))
        .ok_or_else(|| Problem::new(ProblemCode::MergeNotFound, detail))
}
