//! `PUT /api/v1/notifications/read-all`.

use axum::Json;
use axum::extract::State;
use campanile_app::inbox::Inboxes;
use campanile_fields::Query;
use http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

use crate::identity::InboxUser;
use crate::problem::Problem;
use crate::v1::responses::{Guarded, ReadsQuery};

/// The result of the change.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReadAll)]
pub(super) struct ReadAllBody {
    /// Always `true`: a failed call answers with a problem.
    success: bool,
    /// Number of notifications that were unread.
    #[schema(example = 3)]
    updated_count: u64,
    /// A readable message.
    message: &'static str,
}

/// Marks all unread notifications in the caller's inbox as read.
///
/// Archived and snoozed notifications do not change, nor do notifications that arrive after the call started. Pending
/// deliveries of the notifications marked as read are cancelled. If the call fails half-way, notifications already
/// marked stay marked; repeat the call to mark the rest.
#[utoipa::path(
    put,
    operation_id = "read_all_notifications",
    path = "/api/v1/notifications/read-all",
    tag = "users",
    security(("bearer" = ["inbox"])),
    params(
        ("notification_type" = Option<String>, Query, description = "Only notifications of this type"),
    ),
    responses(
        (status = 200, description = "All notifications are marked as read", body = ReadAllBody,
            example = json!({"success": true, "updated_count": 3, "message": "All notifications marked as read"})),
        Guarded,
        ReadsQuery,
    ),
)]
pub(super) async fn read_all(
    caller: InboxUser,
    State(inboxes): State<Inboxes>,
    uri: Uri,
) -> Result<Json<ReadAllBody>, Problem> {
    let mut query = Query::of(uri.query());
    let notification_type = query.notification_type("notification_type");
    query.finish()?;
    let read = inboxes.read_all(caller.tenant(), caller.user(), notification_type);
    Ok(Json(ReadAllBody {
        success: true,
        updated_count: read.await?,
        message: "All notifications marked as read",
    }))
}
