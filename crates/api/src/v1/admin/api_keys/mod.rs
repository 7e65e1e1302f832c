//! A tenant's API keys: created, listed, rotated and revoked. Their text is shown once.

mod create;
mod cursor;
mod item;
mod list;
mod problem;
mod revoke;
mod rotate;
mod show;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiState;

/// All calls under `/api/v1/admin/api-keys`, all of them for operators.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list, create::create))
        .routes(routes!(show::show, revoke::revoke))
        .routes(routes!(rotate::rotate))
}
