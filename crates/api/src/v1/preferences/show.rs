//! `GET /api/v1/notifications/preferences`: what holds for the caller.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_storage::{Storage, StorageError};

use super::PreferencesBody;
use crate::identity::InboxUser;
use crate::problem::Problem;
use crate::v1::responses::Guarded;

/// What the caller wants, and what a plan would look at of them.
pub(super) async fn recipient(
    storage: &dyn Storage,
    caller: &InboxUser,
) -> Result<campanile_storage::Recipient, StorageError> {
    let user = std::slice::from_ref(caller.user());
    let found = storage.recipients(caller.tenant(), user).await?;
    Ok(found.into_iter().next().unwrap_or_default())
}

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
    let found = recipient(storage.as_ref(), &caller).await?;
    Ok(Json(PreferencesBody::from(&found.preferences)))
}
