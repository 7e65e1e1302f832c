//! `POST /api/v1/devices`: an app says that it is there, and for whom.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use campanile_app::devices::{self, Registered};
use campanile_domain::{Clock, Random};
use campanile_storage::Storage;
use http::{StatusCode, header};

use super::item::Item;
use super::put_body::{PutBody, details};
use crate::identity::InboxUser;
use crate::problem::Problem;
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};

/// Registers a device for the caller, or refreshes its registration.
///
/// Call this at every start of the app; it is idempotent. If another user of the tenant had registered the value, it
/// moves to the caller, because an app installation has one user at a time. A user has at most 50 devices;
/// registering another one removes the device that was seen least recently.
#[utoipa::path(
    post,
    operation_id = "put_device",
    path = "/api/v1/devices",
    tag = "users",
    security(("bearer" = ["inbox"])),
    request_body(content = PutBody, content_type = "application/json",
        example = json!({"kind": "token", "value": "fGk3token-of-a-device:APA91b", "platform": "android", "app_version": "4.2.0"})),
    responses(
        (status = 200, description = "The device was already registered for this user; `last_seen` was refreshed", body = Item),
        (status = 201, description = "The device was registered", body = Item,
            headers(("Location" = String, description = "URL of the device, for example to delete it")),
            links(("remove" = (operation_id = "remove_device", parameters(("id" = "$response.body#/id")))))),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn put(
    caller: InboxUser,
    State(storage): State<Arc<dyn Storage>>,
    State(clock): State<Arc<dyn Clock>>,
    State(random): State<Random>,
    body: JsonBody,
) -> Result<Response, Problem> {
    let details = body.read(details).await??;
    let who = (caller.tenant(), caller.user());
    let (storage, clock) = (storage.as_ref(), clock.as_ref());
    let registered = devices::register(storage, clock, &random, who, details);
    let Registered { device, is_new } = registered.await?;
    let location = format!("/api/v1/devices/{}", device.id);
    let device = Json(Item::from(device));
    Ok(if is_new {
        (StatusCode::CREATED, [(header::LOCATION, location)], device).into_response()
    } else {
        device.into_response()
    })
}
