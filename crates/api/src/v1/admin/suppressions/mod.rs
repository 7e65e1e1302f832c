//! The tenant's list of addresses that are not to be used.

mod add;
mod list;
mod page_body;
mod remove;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiState;

/// All calls under `/api/v1/admin/suppressions`, all of them for operators.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(list::list, add::add, remove::remove))
}
