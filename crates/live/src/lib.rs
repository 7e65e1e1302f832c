//! The open streams of this process: what happens in a user's inbox, as it happens.
//!
//! [`Hub`] owns them. It hears which inboxes changed (`cache::InboxSignal`), reads many of them with one query
//! (`storage::InboxUpdates`), and puts what is new into the queues of their streams. `api` takes it from there and writes
//! it as server-sent events or WebSocket frames.
//!
//! `hub` is the way in, `openings` the line before it, `state` knows which inboxes are to be read, `questions` and
//! `answers` are the two halves of a read, `cursor` and `due` say what a stream has seen, `outbox` is the queue of one
//! stream, `reader` runs the queries, `tasks` run it all.

mod answers;
mod credential;
mod cursor;
mod due;
mod event;
mod hub;
mod limits;
mod member;
mod openings;
mod outbox;
mod questions;
mod reader;
mod state;
mod stream;
mod tasks;

pub use credential::Credential;
pub use cursor::OVERLAP;
pub use event::{Ending, Event};
pub use hub::{Admitted, Hub, HubParts, Opening, Refused};
pub use limits::{MAX_EVENTS, StreamLimits};
pub use stream::Stream;
