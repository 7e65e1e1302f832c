//! The rotation of the master key, by the installation's operator.

mod body;
mod rotate;
mod show;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiState;

/// All calls under `/api/v1/admin/master-key`.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(show::show))
        .routes(routes!(rotate::rotate))
}
