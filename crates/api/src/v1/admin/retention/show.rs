//! `GET /api/v1/admin/retention`: for how long the tenant's notifications are kept.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::retention::{self, Period};
use campanile_storage::Storage;

use super::term_body::TermBody;
use crate::identity::Viewer;
use crate::problem::Problem;
use crate::state::DefaultRetention;
use crate::v1::responses::Guarded;

/// Retrieves the tenant's retention period.
#[utoipa::path(
    get,
    operation_id = "show_retention",
    path = "/api/v1/admin/retention",
    tag = "operators",
    security(("bearer" = ["admin:read"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    responses(
        (status = 200, description = "The retention period in effect", body = TermBody),
        Guarded,
    ),
)]
pub(super) async fn show(
    operator: Viewer,
    State(storage): State<Arc<dyn Storage>>,
    State(DefaultRetention(default)): State<DefaultRetention>,
) -> Result<Json<TermBody>, Problem> {
    let period = retention::period(storage.as_ref(), operator.tenant(), default).await?;
    let period = period.unwrap_or_else(|| Period::of(None, default));
    Ok(Json(period.into()))
}
