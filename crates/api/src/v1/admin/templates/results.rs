//! `GET /api/v1/admin/templates/{type}/results`: what became of each variant.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::templates;
use campanile_storage::Storage;

use super::paths::TypePath;
use super::results_body::TrialList;
use crate::identity::Viewer;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::Guarded;

/// Shows what the version in use compares, and what became of each variant so far.
///
/// A `winner` is named only if it is certain: its share is above that of every other variant, by a test that stays valid
/// however often the results are looked at, with an error of 5% at most over all variants.
#[utoipa::path(
    get,
    operation_id = "show_template_results",
    path = "/api/v1/admin/templates/{type}/results",
    tag = "operators",
    security(("bearer" = ["admin:read"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(("type" = String, Path, description = "The notification type", example = "order_shipped")),
    responses(
        (status = 200, description = "A comparison for each channel that has variants", body = TrialList),
        (status = 404, description = "The type has no templates", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn results(
    operator: Viewer,
    TypePath(of): TypePath,
    State(storage): State<Arc<dyn Storage>>,
) -> Result<Json<TrialList>, Problem> {
    let found = templates::results(storage.as_ref(), operator.tenant(), &of).await?;
    Ok(Json(TrialList::from(found)))
}
