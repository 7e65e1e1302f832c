//! What a stream was opened with, where that can be taken back.

use std::fmt;

/// A credential that may end before its time, such as an API key that is revoked.
pub trait Credential: fmt::Debug + Send + Sync {
    /// Whether it has ended, as far as is known at the moment. Called every few seconds for each of its streams, under a
    /// lock of all streams: it must answer from memory.
    fn has_ended(&self) -> bool;
}
