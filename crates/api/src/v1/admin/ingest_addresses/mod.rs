//! Addresses to which programs send in their own protocol: created, listed and revoked. A key is shown once.

mod create;
mod item;
mod list;
mod revoke;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiState;

/// All calls under `/api/v1/admin/ingest-addresses`, all of them for operators.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list, create::create))
        .routes(routes!(revoke::revoke))
}
