//! What a tenant's messages have in common.

mod item;
mod put;
mod show;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiState;

/// All calls under `/api/v1/admin/brand`, all of them for operators.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(show::show, put::put))
}
