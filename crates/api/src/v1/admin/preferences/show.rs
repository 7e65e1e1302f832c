//! `GET /api/v1/admin/preferences`: what the tenant has set for its users.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_storage::Storage;

use super::PreferenceDefaults;
use crate::identity::Operator;
use crate::problem::Problem;
use crate::v1::responses::Guarded;

/// Shows what holds for users who have not chosen, which types are mandatory, and how often
/// users may be disturbed.
#[utoipa::path(
    get,
    operation_id = "show_preference_defaults",
    path = "/api/v1/admin/preferences",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    responses(
        (status = 200, description = "What holds", body = PreferenceDefaults),
        Guarded,
    ),
)]
pub(super) async fn show(
    operator: Operator,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<Json<PreferenceDefaults>, Problem> {
    let set = storage.tenant_preferences(operator.tenant()).await?;
    Ok(Json(PreferenceDefaults::from(set)))
}
