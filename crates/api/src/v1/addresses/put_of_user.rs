//! `POST /api/v1/users/{user_id}/addresses`: a service says where a chat or phone service reaches a user.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use campanile_app::addresses;
use campanile_domain::Clock;
use campanile_providers::ProviderService;
use campanile_storage::Storage;

use super::item::{Item, registered};
use super::put_body::{PutBody, details};
use crate::identity::Sender;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};
use crate::v1::users::UserPath;

/// Registers a user's address in a chat or phone service.
///
/// A user has one address for each channel; another one replaces it. Notifications reach it if the tenant's provider of the channel
/// has no address among its settings. The user need not have been created.
#[utoipa::path(
    post,
    operation_id = "put_user_address",
    path = "/api/v1/users/{user_id}/addresses",
    tag = "services",
    security(("bearer" = ["notifications:send"])),
    params(("user_id" = String, Path, description = "The tenant's id of the user", example = "u1")),
    request_body(content = PutBody, content_type = "application/json",
        example = json!({"channel": "slack", "address": "U0123456789"})),
    responses(
        (status = 200, description = "The address replaces the one that the user had in this channel, or is the same", body = Item),
        (status = 201, description = "The address was registered", body = Item),
        (status = 404, description = "Not a valid user id", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn put(
    sender: Sender,
    UserPath(user): UserPath,
    State(storage): State<Arc<dyn Storage>>,
    State(providers): State<ProviderService>,
    State(clock): State<Arc<dyn Clock>>,
    body: JsonBody,
) -> Result<Response, Problem> {
    let details = body.read(details).await??;
    let who = (sender.tenant(), &user);
    let (storage, clock) = (storage.as_ref(), clock.as_ref());
    let done = addresses::register(storage, &providers, clock, who, details).await?;
    Ok(registered(done))
}
