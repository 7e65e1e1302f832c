//! Users: what the tenant has stored about its recipients.

mod erase;
mod put;
mod put_body;
mod receipt_body;
mod show;
mod user_body;
mod user_path;

pub(crate) use user_path::{UserPath, not_found};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiState;

/// All calls under `/api/v1/users`: two for services, one for operators.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(show::show, put::put, erase::erase))
}
