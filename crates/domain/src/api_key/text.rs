//! The text of a key: `cmp_<id>_<secret><checksum>`.
//!
//! The id finds the key, the secret proves it, and only a hash of the whole text is stored. The prefix, the length and the
//! checksum make a key that was published by mistake easy to find for secret scanners:
//! `cmp_[0-9a-f]{32}_[0-9A-Za-z]{49}`.

use std::fmt;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::checksum;
use crate::Random;
use crate::ids::ApiKeyId;

/// The SHA-256 of a key's text.
pub type KeyHash = [u8; 32];

pub(super) const ALPHABET: &[u8; 62] =
    b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const PREFIX: &str = "cmp_";
/// The id in hexadecimal digits.
const ID: usize = 32;
/// 43 characters out of 62 are 256 bits.
const SECRET: usize = 43;
/// Where the checksum begins.
const CHECKED: usize = PREFIX.len() + ID + 1 + SECRET;
const LENGTH: usize = CHECKED + checksum::CHARACTERS;

/// Why a text is no key. It says nothing of whether there is such a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MalformedApiKey {
    /// It does not have the form of a key.
    #[error("it does not have the form cmp_<id>_<secret>")]
    Form,
    /// A character is wrong or missing.
    #[error("its checksum is wrong; copy the whole key")]
    Checksum,
}

/// A key in full. Shown to its creator and stored nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKeyText {
    id: ApiKeyId,
    text: String,
}

impl ApiKeyText {
    /// Whether a credential is meant to be a key: no JWT begins so.
    pub fn is_meant(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// A new key with this id.
    pub fn new(id: ApiKeyId, random: &Random) -> Self {
        let mut text = format!("{PREFIX}{}_", id.0.simple());
        while text.len() < CHECKED {
            // The six fixed bits of a UUID are in bytes 6 and 8.
            let drawn = random.uuid().into_bytes();
            let free = drawn.iter().enumerate();
            let free = free.filter(|(place, _)| ![6, 8].contains(place));
            for (_, byte) in free {
                // 248 is four times 62: each character is equally likely.
                if *byte < 248 && text.len() < CHECKED {
                    text.push(char::from(ALPHABET[usize::from(byte % 62)]));
                }
            }
        }
        let checksum = checksum::of(&text);
        text.extend(checksum.map(char::from));
        Self { id, text }
    }

    /// Reads the id and computes the hash of a key, if its form and its checksum are right.
    ///
    /// # Errors
    /// [`MalformedApiKey`].
    pub fn read(text: &str) -> Result<(ApiKeyId, KeyHash), MalformedApiKey> {
        let rest = text.strip_prefix(PREFIX).ok_or(MalformedApiKey::Form)?;
        if text.len() != LENGTH || !text.is_ascii() || rest.as_bytes()[ID] != b'_' {
            return Err(MalformedApiKey::Form);
        }
        let digits = &rest[..ID];
        let is_lower = digits
            .bytes()
            .all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let id = Uuid::try_parse(digits).ok().filter(|_| is_lower);
        let id = id.ok_or(MalformedApiKey::Form)?;
        if checksum::of(&text[..CHECKED]) != text.as_bytes()[CHECKED..] {
            return Err(MalformedApiKey::Checksum);
        }
        Ok((ApiKeyId(id), Sha256::digest(text).into()))
    }

    /// Its id.
    pub const fn id(&self) -> ApiKeyId {
        self.id
    }

    /// What is stored of it.
    pub fn hash(&self) -> KeyHash {
        Sha256::digest(&self.text).into()
    }

    /// The text, for its creator.
    pub fn reveal(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for ApiKeyText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}{}_…", self.id.0.simple())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn made(seed: u64) -> ApiKeyText {
        let random = Random::seeded(seed);
        ApiKeyText::new(ApiKeyId(random.uuid()), &random)
    }

    #[test]
    fn a_key_is_read_back() {
        let key = made(1);
        assert!(ApiKeyText::is_meant(key.reveal()));
        assert_eq!(key.reveal().len(), LENGTH);
        assert_eq!(ApiKeyText::read(key.reveal()), Ok((key.id(), key.hash())));
        assert!(!format!("{key:?}").contains(&key.reveal()[40..]));
        let secrets: HashSet<_> = (0..200).map(|n| made(n).reveal().to_owned()).collect();
        assert_eq!(secrets.len(), 200);
    }

    #[test]
    fn every_single_wrong_character_is_noticed() {
        let key = made(2);
        for place in 0..LENGTH {
            for wrong in ['0', '1', 'a', 'z', 'Z', '_', ' '] {
                let mut text: Vec<char> = key.reveal().chars().collect();
                if std::mem::replace(&mut text[place], wrong) != wrong {
                    let text: String = text.into_iter().collect();
                    assert!(ApiKeyText::read(&text).is_err(), "{place} {wrong}");
                }
            }
        }
        let cut = &key.reveal()[..LENGTH - 1];
        assert_eq!(ApiKeyText::read(cut), Err(MalformedApiKey::Form));
        let mut swapped = key.reveal().to_owned();
        let last = swapped.pop().expect("not empty");
        swapped.push(if last == 'x' { 'y' } else { 'x' });
        assert_eq!(ApiKeyText::read(&swapped), Err(MalformedApiKey::Checksum));
    }

    proptest! {
        #[test]
        fn whatever_is_sent_is_read_or_refused(text in "(cmp_)?.{0,100}") {
            prop_assert!(ApiKeyText::read(&text).is_err());
        }
    }
}
