//! Notifications: sending them, a user's inbox, and what became of one.

mod archive;
mod bulk;
mod bulk_body;
mod bulk_item;
mod cancel;
mod change;
mod count;
mod cursor;
mod dry_run_body;
mod health;
pub(super) mod idempotency_key;
mod item;
mod list;
mod read;
mod read_all;
mod remove;
mod see_many;
mod seen;
pub(super) mod send;
pub(super) mod send_body;
mod show;
mod snooze;
mod snooze_body;
pub(crate) mod stream;
mod stream_ticket;
mod test;
mod test_body;
mod timeline;
mod timeline_body;
mod timeline_events;
mod unarchive;
mod unread;
mod unsnooze;

pub(crate) use test_body::TestResults;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiState;

/// All calls under `/api/v1/notifications`.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        // Services
        .routes(routes!(send::send, list::list))
        .routes(routes!(bulk::bulk))
        .routes(routes!(test::test))
        .routes(routes!(timeline::timeline))
        .routes(routes!(cancel::cancel))
        // Users
        .routes(routes!(stream_ticket::stream_ticket))
        .routes(routes!(count::count))
        .routes(routes!(stream::sse::stream))
        .routes(routes!(stream::websocket::websocket))
        .routes(routes!(read_all::read_all))
        .routes(routes!(see_many::see_many))
        .routes(routes!(read::read))
        .routes(routes!(unread::unread))
        .routes(routes!(seen::seen))
        .routes(routes!(archive::archive))
        .routes(routes!(unarchive::unarchive))
        .routes(routes!(snooze::snooze))
        .routes(routes!(unsnooze::unsnooze))
        .routes(routes!(show::show, remove::remove))
        // Everybody
        .routes(routes!(health::health))
}
