//! `GET /api/v1/admin/preferences`: what the tenant has set for its users.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::preferences::InForce;
use campanile_storage::Storage;

use crate::identity::Viewer;
use crate::problem::Problem;
use crate::v1::preferences::PreferencesBody;
use crate::v1::responses::Guarded;

/// Retrieves the tenant's default preferences, its mandatory types and its rate rules.
#[utoipa::path(
    get,
    operation_id = "show_preference_defaults",
    path = "/api/v1/admin/preferences",
    tag = "operators",
    security(("bearer" = ["admin:read"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    responses(
        (status = 200, description = "The preferences in effect", body = PreferencesBody),
        Guarded,
    ),
)]
pub(super) async fn show(
    operator: Viewer,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<Json<PreferencesBody>, Problem> {
    let set = storage.tenant_preferences(operator.tenant()).await?;
    Ok(Json(InForce::from(set).into()))
}
