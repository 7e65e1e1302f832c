//! The JSON of each event.

use std::sync::Arc;

use campanile_domain::{NotificationId, UserId};
use campanile_live::{Ending, Event};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::item::Item;

/// `connection`: the first event of each stream.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConnectionEvent)]
pub(super) struct Connection<'a> {
    /// Whose inbox.
    user_id: &'a str,
    /// Notifications in the inbox that are not read.
    unread: u64,
    /// All notifications in the inbox.
    total: u64,
    /// Whether the stream resumes after `since` or `Last-Event-ID`.
    resume: bool,
    /// Resume after this if the connection breaks before a notification has come.
    #[schema(value_type = uuid::Uuid)]
    cursor: NotificationId,
}

/// `read`: notifications were read, on any device.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = ReadEvent)]
pub(super) struct Read {
    /// The notifications.
    #[schema(value_type = Vec<uuid::Uuid>)]
    ids: Vec<NotificationId>,
    /// All notifications of the inbox were read, not only `ids`.
    #[serde(skip_serializing_if = "Option::is_none")]
    all: Option<bool>,
    /// With `all`: notifications that were created later are not meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<DateTime<Utc>>,
}

/// `count`: the numbers of notifications in the inbox.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CountEvent)]
pub(super) struct Count {
    /// Those that are not read.
    unread: u64,
    /// All.
    total: u64,
}

/// `gap`: the client asked to resume after something that is older than what the service keeps.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GapEvent)]
pub(super) struct Gap {
    /// From when on nothing is missing.
    since: DateTime<Utc>,
}

/// `error`: why the server ends the stream.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StreamErrorEvent)]
pub(super) struct Failure {
    /// `token_expired`, `client_too_slow`, `inbox_unreadable` or `shutting_down`.
    code: &'static str,
    /// A sentence for people.
    detail: &'static str,
}

/// An event in words.
pub(super) struct Words {
    /// Its name.
    pub(super) event: &'static str,
    /// Where a client may resume after it.
    pub(super) id: Option<NotificationId>,
    /// Its JSON.
    pub(super) data: String,
}

/// Puts an event into words; `None` for one that has none.
///
/// # Errors
/// The stored content is not JSON, which the accept rules out.
pub(super) fn words(
    event: Event,
    user: &UserId,
    now: DateTime<Utc>,
) -> Result<Option<Words>, serde_json::Error> {
    let (event, id, data) = match event {
        Event::Connection {
            unread,
            total,
            resumed,
            cursor,
        } => {
            let connection = Connection {
                user_id: user.as_str(),
                unread,
                total,
                resume: resumed,
                cursor,
            };
            let json = serde_json::to_string(&connection)?;
            ("connection", Some(cursor), json)
        }
        Event::Notification { item, is_cursor } => {
            let id = item.notification.id;
            let item = Item::new(Arc::unwrap_or_clone(item), now)?;
            let json = serde_json::to_string(&item)?;
            ("notification", is_cursor.then_some(id), json)
        }
        Event::Read(ids) => {
            let read = Read {
                ids,
                ..Read::default()
            };
            ("read", None, serde_json::to_string(&read)?)
        }
        Event::AllRead { before } => {
            let read = Read {
                ids: Vec::new(),
                all: Some(true),
                before: Some(before),
            };
            ("read", None, serde_json::to_string(&read)?)
        }
        Event::Count { unread, total } => {
            let count = Count { unread, total };
            ("count", None, serde_json::to_string(&count)?)
        }
        Event::Gap { since } => ("gap", None, serde_json::to_string(&Gap { since })?),
        Event::End(why) => match failure(why) {
            Some(failure) => ("error", None, serde_json::to_string(&failure)?),
            None => return Ok(None),
        },
        Event::Heartbeat => return Ok(None),
    };
    Ok(Some(Words { event, id, data }))
}

/// The event for an ending that is not the usual one.
fn failure(why: Ending) -> Option<Failure> {
    let detail = match why {
        Ending::Life | Ending::Draining { .. } => return None,
        Ending::TokenExpired => "The token has expired or was revoked; reconnect with a new one",
        Ending::TooSlow => "The client did not read fast enough; reconnect to resume",
        Ending::Failed => "The inbox cannot be read",
    };
    Some(Failure {
        code: why.name(),
        detail,
    })
}
