//! `PUT /api/v1/users/{user_id}`: a service creates or replaces a user.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::users;
use campanile_domain::Clock;
use campanile_fields::RequestBody;
use campanile_storage::Storage;

use super::put_body::PutBody;
use super::user_body::UserBody;
use super::user_path::UserPath;
use crate::identity::Sender;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};

/// Creates or replaces a user.
///
/// A field that is left out is removed. Users need not be created to receive notifications in their inbox.
#[utoipa::path(
    put,
    operation_id = "put_user",
    path = "/api/v1/users/{user_id}",
    tag = "services",
    security(("bearer" = ["notifications:send"])),
    params(("user_id" = String, Path, description = "The tenant's id of the user, 1 to 128 bytes", example = "u1")),
    request_body(content = PutBody, content_type = "application/json",
        example = json!({"email": "zoe@example.com", "locale": "pt-BR", "timezone": "Europe/Berlin", "attributes": {"plan": "pro"}})),
    responses(
        (status = 200, description = "The user was created or replaced", body = UserBody),
        (status = 404, description = "Not a valid user id", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn put(
    sender: Sender,
    UserPath(id): UserPath,
    State(storage): State<Arc<dyn Storage>>,
    State(clock): State<Arc<dyn Clock>>,
    body: JsonBody,
) -> Result<Json<UserBody>, Problem> {
    let reported = body.read(PutBody::from_json).await??;
    let (storage, clock) = (storage.as_ref(), clock.as_ref());
    let stored = users::put(storage, clock, sender.tenant(), id, reported.into()).await?;
    Ok(Json(UserBody::try_from(stored)?))
}
