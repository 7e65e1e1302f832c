//! Addresses of users in channels of recipes.

mod channel_path;
mod item;
mod list;
mod list_of_user;
mod put;
mod put_body;
mod put_of_user;
mod remove;
mod remove_of_user;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiState;

/// All calls under `/api/v1/addresses`, for users, and the same for the users of a service.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list, put::put))
        .routes(routes!(remove::remove))
        .routes(routes!(list_of_user::list, put_of_user::put))
        .routes(routes!(remove_of_user::remove))
}
