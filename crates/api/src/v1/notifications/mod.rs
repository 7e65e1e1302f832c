//! Notifications: sending them, a user's inbox, and what became of one.

mod count;
mod cursor;
mod health;
mod idempotency_key;
mod item;
mod list;
mod send;
mod send_body;
mod timeline;
mod timeline_body;
mod timeline_events;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiState;

/// All calls under `/api/v1/notifications`.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        // Services
        .routes(routes!(send::send, list::list))
        .routes(routes!(timeline::timeline))
        // Users
        .routes(routes!(count::count))
        // Everybody
        .routes(routes!(health::health))
}
