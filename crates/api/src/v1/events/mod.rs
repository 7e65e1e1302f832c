//! Events of the services that call: each becomes a notification of its type.

mod friend_request;
mod message_created;
mod room_invitation;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiState;

/// All calls under `/api/v1/events`.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(message_created::message_created))
        .routes(routes!(room_invitation::room_invitation))
        .routes(routes!(friend_request::friend_request))
}
