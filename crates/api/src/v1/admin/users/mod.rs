//! What operators do about users, beside erasing them: export and merge.

mod export;
mod merge;
mod merge_body;
mod merge_progress;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiState;

/// All calls under `/api/v1/admin/users`.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(export::export))
        .routes(routes!(merge::merge, merge_progress::show))
}
