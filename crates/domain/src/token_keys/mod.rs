//! Keys of a tenant that verify its tokens: a JWK set (RFC 7517) of public keys.

mod print;
mod read;

use std::fmt;
use std::sync::Arc;

pub use print::{NoTokenKeyPrint, TokenKeyPrint};
pub use read::{TokenKeyFlaw, TokenKeyFlawKind};

/// A JWK set of public keys for RS256, ES256 or EdDSA, as it is stored and shown: only the members that verifying takes.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenKeys(Arc<str>);

impl TokenKeys {
    /// Keys of a set: one that is in use, the next one, and some for several issuers.
    pub const MOST: usize = 8;
    /// Bytes of a key's id; those of providers are hashes or UUIDs.
    pub const MOST_KID_BYTES: usize = 256;
    /// Bytes of a set as it is stored: eight RSA keys of 4,096 bits.
    pub const MOST_BYTES: usize = 8 * 1024;
    /// Bytes of a set as it is given: providers publish certificates with their keys.
    pub const MOST_BYTES_GIVEN: usize = 64 * 1024;

    /// Reads a set that was given.
    ///
    /// Public keys for encryption (`"use": "enc"`), which some providers publish in the same set, are left out.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn parse(json: &str) -> Result<Self, Vec<TokenKeyFlaw>> {
        read::read(json).map(|text| Self(text.into()))
    }

    /// A set that was read before.
    pub fn stored(text: String) -> Self {
        Self(text.into())
    }

    /// The set as JSON.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The set as a JSON value, for people.
    pub fn to_value(&self) -> serde_json::Value {
        serde_json::from_str(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for TokenKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TokenKeys").field(&self.0.len()).finish()
    }
}
