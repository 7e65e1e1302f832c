//! The signal that an inbox has changed: it wakes the open streams of its user, on every node.
//!
//! A change is announced where cached answers are revoked, so no write can forget it: [`AnnouncingInboxCache`] wraps
//! the cache that all writers use. The signal carries no content. Its listeners read the inbox again, so a change
//! may be heard twice, late or without cause; one that may have been lost is reported as [`Heard::missed`].

mod announcing_cache;
mod heard;
mod in_process;
mod polled;
mod traits;
mod watched;

pub use announcing_cache::AnnouncingInboxCache;
pub use heard::{Changes, Heard, MAX_READ_IDS, MAX_RETURNED_IDS};
pub use in_process::InProcessInboxSignal;
pub use polled::PolledInboxSignal;
pub use traits::{AllRead, InboxSignal, Read};
pub use watched::Watched;
