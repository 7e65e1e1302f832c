//! `POST /api/v1/addresses`: a user says where a chat or phone service reaches them.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use campanile_app::addresses;
use campanile_domain::Clock;
use campanile_providers::ProviderService;
use campanile_storage::Storage;

use super::item::{Item, registered};
use super::put_body::{PutBody, details};
use crate::identity::InboxUser;
use crate::problem::Problem;
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};

/// Registers the caller's address in a chat or phone service.
///
/// A user has one address for each channel; another one replaces it. Notifications reach it if the tenant's provider of the channel
/// has no address among its settings. An address that the service reported as gone is used again once it is registered again.
#[utoipa::path(
    post,
    operation_id = "put_address",
    path = "/api/v1/addresses",
    tag = "users",
    security(("bearer" = ["inbox"])),
    request_body(content = PutBody, content_type = "application/json",
        example = json!({"channel": "slack", "address": "U0123456789"})),
    responses(
        (status = 200, description = "The address replaces the one that the user had in this channel, or is the same", body = Item),
        (status = 201, description = "The address was registered", body = Item,
            links(("remove" = (operation_id = "remove_address", parameters(("channel" = "$response.body#/channel")))))),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn put(
    caller: InboxUser,
    State(storage): State<Arc<dyn Storage>>,
    State(providers): State<ProviderService>,
    State(clock): State<Arc<dyn Clock>>,
    body: JsonBody,
) -> Result<Response, Problem> {
    let details = body.read(details).await??;
    let who = (caller.tenant(), caller.user());
    let (storage, clock) = (storage.as_ref(), clock.as_ref());
    let done = addresses::register(storage, &providers, clock, who, details).await?;
    Ok(registered(done))
}
