//! What a column holds, whichever back end stores it.

use serde::Serialize;

/// The kind of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MovedKind {
    /// A text.
    Text,
    /// A whole number of 64 bits.
    Whole,
    /// Yes or no.
    Flag,
    /// A time, to the microsecond.
    Moment,
    /// A UUID.
    Id,
    /// Bytes.
    Bytes,
    /// JSON whose text is kept as it was written.
    Json,
    /// JSON whose text is not kept: Postgres stores it as `jsonb`. It is moved in the form of [`canonical_json`](super::canonical_json).
    JsonDocument,
    /// Names without commas, in an order. None at all is stored as NULL.
    Names,
    /// Texts in an order.
    Texts,
    /// Whole numbers in an order.
    Numbers,
    /// UUIDs in an order.
    Ids,
    /// A data key, encrypted with the installation's master key. It is moved decrypted, in files that are encrypted.
    WrappedKey,
    /// A key that is stored as it is. It is moved in files that are encrypted.
    OpenKey,
}

impl MovedKind {
    /// Whether who reads it could read or make what is protected.
    pub const fn is_key(self) -> bool {
        matches!(self, Self::WrappedKey | Self::OpenKey)
    }
}
