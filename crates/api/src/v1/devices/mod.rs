//! Devices: where a user's pushes go.

mod item;
mod list;
mod put;
mod put_body;
mod remove;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiState;

/// All calls under `/api/v1/devices`, all of them for users.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list, put::put))
        .routes(routes!(remove::remove))
}
