//! The audit log: what operators did, listed and exported, and for how long it is kept.

mod entry;
mod export;
mod list;
mod query;
mod term_body;
mod term_put;
mod term_show;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiState;

/// All calls under `/api/v1/admin/audit-log`, all of them for operators.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list))
        .routes(routes!(export::export))
        .routes(routes!(term_show::show, term_put::put))
}
