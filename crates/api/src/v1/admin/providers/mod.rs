//! A tenant's own accounts at providers: set, listed, resumed and removed; their secrets are never read back.

mod item;
mod list;
mod name_path;
mod put;
mod remove;
mod resume;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiState;

/// All calls under `/api/v1/admin/providers`, all of them for operators.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list))
        .routes(routes!(put::put, remove::remove))
        .routes(routes!(resume::resume))
}
