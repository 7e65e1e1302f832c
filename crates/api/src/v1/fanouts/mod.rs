//! Sends to topics: how far they are, and calling them off.

mod cancel;
mod fanout_body;
mod fanout_path;
mod show;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiState;

/// All calls under `/api/v1/fanouts`, for services.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(show::show))
        .routes(routes!(cancel::cancel))
}
