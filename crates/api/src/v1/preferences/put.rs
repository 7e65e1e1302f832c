//! `PUT /api/v1/notifications/preferences`: the caller chooses.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::preferences::{InForce, PreferencesRequest, choose, read_choices};
use campanile_domain::Clock;
use campanile_storage::Storage;

use super::PreferencesBody;
use crate::identity::InboxUser;
use crate::problem::Problem;
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};

/// Replaces the caller's preferences. The tenant's default applies to every field that is left out.
///
/// Preferences decide about the other channels; the inbox keeps every notification. Deliveries deferred by the
/// caller's quiet hours are rescheduled immediately.
#[utoipa::path(
    put,
    operation_id = "put_preferences",
    path = "/api/v1/notifications/preferences",
    tag = "users",
    security(("bearer" = ["inbox"])),
    request_body(content = PreferencesRequest, content_type = "application/json",
        example = json!({"push_notifications": true, "email_notifications": false,
            "notification_types": {"friend_request": false},
            "quiet_hours": {"enabled": true, "start_time": "22:00", "end_time": "08:00", "timezone": "Europe/Berlin"}})),
    responses(
        (status = 200, description = "The effective preferences after the change", body = PreferencesBody),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn put(
    caller: InboxUser,
    State(storage): State<Arc<dyn Storage>>,
    State(clock): State<Arc<dyn Clock>>,
    body: JsonBody,
) -> Result<Json<PreferencesBody>, Problem> {
    let choices = body.read(read_choices).await??;
    let (tenant, user) = (caller.tenant(), caller.user());
    let holds = choose(storage.as_ref(), tenant, user, &choices, clock.now()).await?;
    Ok(Json(InForce::from(&holds).into()))
}
