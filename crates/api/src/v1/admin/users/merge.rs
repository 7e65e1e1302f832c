//! `POST /api/v1/admin/users/{user_id}/merge`: two users are one person.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::user_merges;
use campanile_fields::{FieldCode, FieldError};
use campanile_pipeline::MergeRefusal;
use campanile_storage::Storage;
use http::StatusCode;

use super::merge_body::{AskedMerge, MergeBody, kept_user};
use crate::identity::Operator;
use crate::problem::{Problem, ProblemCode, ProblemDocument};
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};
use crate::v1::users::{UserPath, not_found};

/// Merges a user into another one: moves everything of the one to the other, and removes the one.
///
/// Workers do that in steps; `GET` of the same path shows the progress. Notifications move with their deliveries and dead letters,
/// devices and topic subscriptions move, and so do entries of the suppression list and recipients of ingest addresses. Of what a
/// person has once, the kept user's stays: their preferences, their address in a channel, their email address, locale, time zone
/// and attributes. The other user's is used if the kept user has none.
///
/// What is sent to the removed id while the merge runs is moved at the end. After that, the id is that of a new user. Repeating
/// the request while the merge runs returns its progress.
#[utoipa::path(
    post,
    operation_id = "merge_user",
    path = "/api/v1/admin/users/{user_id}/merge",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(("user_id" = String, Path, description = "The tenant's id of the user who is removed", example = "u1")),
    request_body(content = AskedMerge, content_type = "application/json", example = json!({"into": "alice"})),
    responses(
        (status = 202, description = "The merge has begun, or was running already", body = MergeBody),
        (status = 404, description = "There is no data of this user", body = ProblemDocument, content_type = "application/problem+json"),
        (status = 409, description = "Another merge that one of the two users takes part in is running", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn merge(
    operator: Operator,
    UserPath(from): UserPath,
    State(storage): State<Arc<dyn Storage>>,
    body: JsonBody,
) -> Result<(StatusCode, Json<MergeBody>), Problem> {
    let into = body.read(kept_user).await??;
    let tenant = operator.tenant();
    let started =
        user_merges::start(storage.as_ref(), tenant, (&from, &into), operator.act()).await?;
    let merge = started.map_err(refused)?;
    tracing::info!(tenant.id = %tenant, notifications = merge.total, "began to merge two users");
    Ok((StatusCode::ACCEPTED, Json(merge.into())))
}

fn refused(why: MergeRefusal) -> Problem {
    let wrong = |code, detail| FieldError::new("/into", code, detail).into();
    match why {
        MergeRefusal::UnknownUser => not_found(),
        MergeRefusal::Running => Problem::new(
            ProblemCode::MergeRunning,
            "One of the two users takes part in another merge that is running",
        ),
        MergeRefusal::SameUser => wrong(
            FieldCode::Contradictory,
            "must be another user than the one of the path",
        ),
        MergeRefusal::UnknownKeptUser => wrong(
            FieldCode::UnknownValue,
            "must be a user about whom something is stored",
        ),
    }
}
