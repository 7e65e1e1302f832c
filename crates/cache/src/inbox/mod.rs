//! Answers about inboxes, kept so that polling users cost no query.
//!
//! The promise: whoever was told that a write is done never sees an answer from before it, on any
//! node. Three rules keep it. A reader takes its [`Ticket`] *before* it asks the database, and
//! [`InboxCache::keep`] refuses a ticket that is void by then, so nobody puts an old page back. A
//! writer voids all tickets and answers *after* its commit and before it says so
//! ([`InboxCache::raise`]). Where nothing else would repeat that for a writer that died in between,
//! a mark laid *before* the commit holds readers off ([`change`]); what is accepted is raised once
//! more when it is planned.
//!
//! An answer never outlives the moment at which it changes by itself: whoever keeps it says until
//! when it is true, and for how long it is worth its place if nobody asks ([`Life`]).

mod change;
mod in_process;
mod life;
mod mailbox;
mod nothing;
mod traits;

pub use change::change;
pub use in_process::InProcessInboxCache;
pub use life::Life;
pub use mailbox::Mailbox;
pub use nothing::NoInboxCache;
pub use traits::{
    InboxCache, Look, MARK_LEASE, MAX_ANSWER_BYTES, MAX_ANSWERS_PER_INBOX, MAX_LIFE, Ticket,
    WriteMark,
};
