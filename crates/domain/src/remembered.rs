//! What is remembered for a time as a hash: it is looked up by who knows the text, and read by no one.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use crate::SuppressedAddress;

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RememberedKind {
    /// An operator took an address off the suppression list.
    SuppressionLifted,
    /// A link that works once was used.
    LinkUsed,
}

impl RememberedKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::SuppressionLifted, Self::LinkUsed];

    /// The name in rows.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SuppressionLifted => "suppression_lifted",
            Self::LinkUsed => "link_used",
        }
    }
}

/// What happened to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RememberedKey {
    /// What happened.
    pub kind: RememberedKind,
    /// The SHA-256 of what it happened to.
    pub digest: [u8; 32],
}

impl RememberedKey {
    /// That an address is off the suppression list, for all types or one.
    pub fn lifted(address: &SuppressedAddress) -> Self {
        Self::of(RememberedKind::SuppressionLifted, address.as_str())
    }

    /// That a link was used.
    pub fn used(token: &str) -> Self {
        Self::of(RememberedKind::LinkUsed, token)
    }

    fn of(kind: RememberedKind, text: &str) -> Self {
        Self {
            kind,
            digest: Sha256::digest(text.as_bytes()).into(),
        }
    }
}

/// What is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Remembered {
    /// What happened to what.
    pub key: RememberedKey,
    /// When.
    pub at: DateTime<Utc>,
    /// When it is forgotten.
    pub expires_at: DateTime<Utc>,
}
