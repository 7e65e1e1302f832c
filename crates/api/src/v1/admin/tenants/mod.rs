//! The tenants of the installation: created, listed, changed, suspended and deleted, by its operator.

mod change;
mod create;
mod encryption;
mod encryption_body;
mod item;
mod list;
mod name_path;
mod problem;
mod remove;
mod rotate_data_key;
mod show;
mod usage;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiState;

/// All calls under `/api/v1/admin/tenants`, all of them for the installation's operator.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list, create::create))
        .routes(routes!(show::show, change::change, remove::remove))
        .routes(routes!(usage::usage))
        .routes(routes!(encryption::show, encryption::encrypt))
        .routes(routes!(rotate_data_key::rotate))
}
