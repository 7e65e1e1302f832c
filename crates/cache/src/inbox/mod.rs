//! Answers about inboxes, kept so that polling users cost no query.
//!
//! The promise: after a caller has got the answer to a write, no node shows it a cached answer from before the write.
//! Three rules keep it. A reader takes its [`Ticket`] *before* it queries the database, and [`InboxCache::keep`]
//! refuses a ticket that has been revoked since, so no reader stores an old page. A writer revokes all tickets and
//! answers *after* its commit and before it answers its caller ([`InboxCache::raise`]). Where nothing else would
//! repeat that for a writer that died in between, a mark set *before* the commit makes readers bypass the cache
//! ([`change`]); accepted notifications are raised once more when they are planned.
//!
//! A cached answer never outlives the moment at which it changes by itself: the reader that stores it says until when
//! it is true, and for how long to keep it if it is not read ([`Life`]).

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
