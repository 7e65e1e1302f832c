//! A user's preferences.

mod next_delivery;
mod next_delivery_body;
mod preferences_body;
mod put;
mod show;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) use preferences_body::PreferencesBody;

use crate::ApiState;

/// All calls under `/api/v1/notifications/preferences`, all of them for users.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(show::show, put::put))
        .routes(routes!(next_delivery::next_delivery))
}
