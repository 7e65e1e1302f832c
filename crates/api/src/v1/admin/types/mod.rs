//! What a tenant says of its notification types.

mod item;
mod put;
mod remove;
mod show;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiState;

/// All calls under `/api/v1/admin/types`, all of them for operators.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(show::show, put::put, remove::remove))
}
