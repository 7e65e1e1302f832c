//! What the service has not taken yet, on disk.
//!
//! A directory that one process owns. Entries are frames in numbered segments, appended in batches and synced to the
//! disk before the call returns; a cursor stores the progress of the replay. The cursor is a hint: if it is lost,
//! entries are replayed again with the same keys, and the service recognises them. A start never appends to an old
//! segment, so a tail that was torn by a crash stays where it is, after everything that was promised.

mod cursor;
mod directory;
mod entry;
mod error;
mod frame;
mod key;
mod limits;
mod rejected;
mod segment;
mod state;
mod store;
mod writer;

pub(crate) use entry::{Entry, now_ms};
pub use error::SpoolError;
pub(crate) use key::Codec;
pub use key::SpoolKey;
pub use limits::{SpoolLimits, SpoolStatus};
pub(crate) use rejected::RejectedLine;
pub(crate) use segment::{Position, Stored};
pub(crate) use store::{SEGMENT_BYTES, Spool};
