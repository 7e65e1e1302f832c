//! `GET /api/v1/notifications/preferences`: what holds for the caller.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::preferences::{InForce, preferences_of};
use campanile_storage::Storage;

use super::PreferencesBody;
use crate::identity::InboxUser;
use crate::problem::Problem;
use crate::v1::responses::Guarded;

/// Retrieves the caller's effective preferences: their own choices, and the tenant's defaults for the rest.
#[utoipa::path(
    get,
    operation_id = "show_preferences",
    path = "/api/v1/notifications/preferences",
    tag = "users",
    security(("bearer" = ["inbox"])),
    responses(
        (status = 200, description = "The preferences in effect", body = PreferencesBody),
        Guarded,
    ),
)]
pub(super) async fn show(
    caller: InboxUser,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<Json<PreferencesBody>, Problem> {
    let holds = preferences_of(storage.as_ref(), caller.tenant(), caller.user()).await?;
    Ok(Json(InForce::from(&holds).into()))
}
