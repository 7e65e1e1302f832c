//! `PUT /api/v1/notifications/seen`.

use axum::Json;
use axum::extract::State;
use campanile_app::inbox::Inboxes;
use campanile_domain::NotificationId;
use campanile_fields::kinds::{parsed, required, unique};
use campanile_fields::{FieldErrors, Fields, JsonText, request_body};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::identity::InboxUser;
use crate::problem::Problem;
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};

/// Notifications in one call.
const MOST: usize = 100;

request_body! {
    /// The notifications that were displayed.
    pub(super) struct SeeRequest as SeeNotificationsRequest {
        /// The ids of the notifications; one that is given twice counts once.
        #[example(["0199d2f0-1c3b-7c2e-9a41-5d0c8d1f2a11"])]
        ids: Vec<NotificationId> = required(unique(1..=MOST, parsed(id).length(36..=36).format("uuid"))),
    }
}

fn id(text: &str) -> Result<NotificationId, &'static str> {
    let id = Uuid::try_parse(text).ok().filter(|_| text.len() == 36);
    id.map(NotificationId)
        .ok_or("must be the id of a notification, such as 0199d2f0-1c3b-7c2e-9a41-5d0c8d1f2a11")
}

/// The result of the change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SeeNotifications)]
pub(super) struct SeenBody {
    /// Always `true`: a failed call answers with a problem.
    success: bool,
    /// Number of notifications that were not seen before.
    #[schema(example = 1)]
    updated_count: u64,
    /// A readable message.
    message: &'static str,
}

/// Marks up to 100 of the caller's notifications as seen: displayed, but not necessarily read.
///
/// They stay unread, and their pending deliveries are not cancelled. Ids of notifications that the caller does not have are
/// ignored.
#[utoipa::path(
    put,
    operation_id = "see_notifications",
    path = "/api/v1/notifications/seen",
    tag = "users",
    security(("bearer" = ["inbox"])),
    request_body(content = SeeRequest, content_type = "application/json",
        example = json!({"ids": ["0199d2f0-1c3b-7c2e-9a41-5d0c8d1f2a11"]})),
    responses(
        (status = 200, description = "The notifications are marked as seen", body = SeenBody,
            example = json!({"success": true, "updated_count": 1, "message": "Notifications marked as seen"})),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn see_many(
    caller: InboxUser,
    State(inboxes): State<Inboxes>,
    body: JsonBody,
) -> Result<Json<SeenBody>, Problem> {
    let ids = body.read(ids_of).await??;
    let seen = inboxes.see(caller.tenant(), caller.user(), ids);
    Ok(Json(SeenBody {
        success: true,
        updated_count: seen.await?,
        message: "Notifications marked as seen",
    }))
}

fn ids_of(body: &JsonText) -> Result<Vec<NotificationId>, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let read = SeeRequest::read(&mut fields);
    fields.finish_with(|| read.ids)
}
