//! Dead letters: what died, listed, delivered again or removed.

mod answer;
mod choice;
mod list;
mod page_body;
mod purge;
mod replay;
mod wish;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiState;

/// A code is the provider's own, and short.
pub(super) const MAX_CODE_BYTES: usize = 255;

/// All calls under `/api/v1/admin/dead-letters`, all of them for operators.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list))
        .routes(routes!(replay::replay))
        .routes(routes!(purge::purge))
}
