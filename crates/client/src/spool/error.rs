//! Why the spool cannot take or give.

use std::io;
use std::path::PathBuf;

/// Why the spool could not be opened or did not take a call.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpoolError {
    /// A limit is reached; what is in the spool stays, what was to be added is not in it.
    #[error("the spool is full: {entries} calls, {bytes} bytes")]
    Full {
        /// What waits.
        entries: u64,
        /// What it takes, with what was rejected and not been cleared away.
        bytes: u64,
    },
    /// The call alone is larger than anything the service takes.
    #[error("a call of {bytes} bytes is too large to be spooled")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Another process has the directory, or another client of this one.
    #[error("{} belongs to a running client", .0.display())]
    InUse(PathBuf),
    /// The calls in the spool are encrypted, and the client was given no key.
    #[error("the calls in the spool are encrypted: set the key with which they were written")]
    KeyMissing,
    /// The calls in the spool were encrypted with another key. Nothing was removed.
    #[error("the calls in the spool were encrypted with another key")]
    WrongKey,
    /// The disk did not do it.
    #[error("{what}")]
    Io {
        /// What was attempted.
        what: String,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The client is closed.
    #[error("the spool is closed")]
    Closed,
}

impl SpoolError {
    /// For `map_err`: names what was attempted.
    pub(super) fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            what: what.into(),
            source,
        }
    }
}
