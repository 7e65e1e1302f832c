//! Topics: who is subscribed to what.

mod cursor;
mod list;
mod show;
mod subscribe;
mod subscribers_body;
mod topic_path;
mod unsubscribe;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiState;
pub(crate) use topic_path::not_found;

/// All calls under `/api/v1/topics`, for services.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(show::show))
        .routes(routes!(
            list::list,
            subscribe::subscribe,
            unsubscribe::unsubscribe
        ))
}
