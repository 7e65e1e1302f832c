//! Entries that cannot be read from a stolen disk: AES-256-GCM (NIST SP 800-38D) under a key of the caller's.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};

use super::SpoolError;

/// The first byte of an encrypted entry; a plain one is JSON and begins with a brace.
const VERSION: u8 = 1;
/// What is encrypted for a spool is of no other use.
const PURPOSE: &[u8] = b"campanile/spool";

/// Encrypts the calls in a spool; see [`Builder::spool_key`](crate::Builder::spool_key).
pub struct SpoolKey(LessSafeKey);

impl SpoolKey {
    /// Takes 32 random bytes, which the caller keeps elsewhere than on the spool's disk.
    pub fn new(bytes: &[u8; 32]) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, bytes).expect("a key of 32 bytes");
        Self(LessSafeKey::new(key))
    }

    /// Decrypts a line of `rejected.jsonl`: what the line would be without a key.
    ///
    /// # Errors
    /// [`SpoolError::WrongKey`] if the line was encrypted with another key or is damaged. A line that is not encrypted is
    /// returned as it is.
    pub fn open_rejected(&self, line: &str) -> Result<String, SpoolError> {
        let Ok(sealed) = serde_json::from_str::<SealedLine>(line) else {
            return Ok(line.to_owned());
        };
        let bytes = from_hex(&sealed.sealed).ok_or(SpoolError::WrongKey)?;
        let plain = self.open(&bytes).ok_or(SpoolError::WrongKey)?;
        String::from_utf8(plain).map_err(|_| SpoolError::WrongKey)
    }

    fn seal(&self, plain: Vec<u8>) -> Result<Vec<u8>, SpoolError> {
        let failed = || std::io::Error::other("the system's random number generator failed");
        let failed = || SpoolError::io("cannot encrypt a call")(failed());
        let mut nonce = [0; NONCE_LEN];
        aws_lc_rs::rand::fill(&mut nonce).map_err(|_| failed())?;
        let mut text = plain;
        let unique = Nonce::assume_unique_for_key(nonce);
        self.0
            .seal_in_place_append_tag(unique, Aad::from(PURPOSE), &mut text)
            .map_err(|_| failed())?;
        Ok([&[VERSION], &nonce[..], &text].concat())
    }

    fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed
            .strip_prefix(&[VERSION])?
            .split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = text.to_vec();
        let plain = self.0.open_in_place(nonce, Aad::from(PURPOSE), &mut text);
        plain.ok().map(|plain| plain.to_vec())
    }
}

impl fmt::Debug for SpoolKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SpoolKey")
    }
}

/// Writes and reads what the spool keeps, with its key if it has one.
#[derive(Debug, Default)]
pub(crate) struct Codec(pub(crate) Option<SpoolKey>);

impl Codec {
    /// As an entry is stored.
    pub(super) fn encode(&self, json: Vec<u8>) -> Result<Vec<u8>, SpoolError> {
        match &self.0 {
            Some(key) => key.seal(json),
            None => Ok(json),
        }
    }

    /// What was encoded. Entries from before there was a key are read as they are.
    pub(super) fn decode(&self, stored: &[u8]) -> Result<Vec<u8>, SpoolError> {
        match (&self.0, stored.first()) {
            (Some(key), Some(&VERSION)) => key.open(stored).ok_or(SpoolError::WrongKey),
            (None, Some(&VERSION)) => Err(SpoolError::KeyMissing),
            _ => Ok(stored.to_vec()),
        }
    }

    /// A line for people: what of it may be shown, and the whole of it encrypted if there is a key.
    pub(super) fn line(&self, shown: Shown<'_>, whole: Vec<u8>) -> Result<Vec<u8>, SpoolError> {
        let Some(key) = &self.0 else {
            return Ok(whole);
        };
        let line = SealedLine {
            rejected_at_ms: shown.rejected_at_ms,
            status: shown.status,
            code: shown.code.to_owned(),
            sealed: to_hex(&key.seal(whole)?),
        };
        let written = serde_json::to_vec(&line).map_err(std::io::Error::other);
        written.map_err(SpoolError::io("cannot write an entry"))
    }
}

/// What of a refused call may be shown.
pub(super) struct Shown<'a> {
    pub(super) rejected_at_ms: u64,
    pub(super) status: u16,
    pub(super) code: &'a str,
}

/// A line of `rejected.jsonl` where the spool has a key.
#[derive(Serialize, Deserialize)]
struct SealedLine {
    rejected_at_ms: u64,
    status: u16,
    code: String,
    sealed: String,
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(
        digits
            .chunks(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codec(byte: u8) -> Codec {
        Codec(Some(SpoolKey::new(&[byte; 32])))
    }

    #[test]
    fn what_is_encrypted_opens_with_its_key_only() {
        let plain = br#"{"body":"a secret"}"#.to_vec();
        let stored = codec(1).encode(plain.clone()).unwrap();
        assert!(!stored.windows(8).any(|part| part == b"a secret"));
        assert_ne!(stored, codec(1).encode(plain.clone()).unwrap());
        assert_eq!(codec(1).decode(&stored).unwrap(), plain);
        assert_eq!(codec(1).decode(&plain).unwrap(), plain);
        let wrong = codec(2).decode(&stored);
        assert!(matches!(wrong, Err(SpoolError::WrongKey)), "{wrong:?}");
        let missing = Codec::default().decode(&stored);
        assert!(
            matches!(missing, Err(SpoolError::KeyMissing)),
            "{missing:?}"
        );
        for at in 0..stored.len() {
            let mut damaged = stored.clone();
            damaged[at] ^= 0x80;
            assert_ne!(codec(1).decode(&damaged).ok(), Some(plain.clone()), "{at}");
        }
        for length in 0..stored.len() {
            let cut = codec(1).decode(&stored[..length]).ok();
            assert_ne!(cut, Some(plain.clone()), "{length}");
        }
    }

    #[test]
    fn a_refused_call_is_read_again_with_the_key() {
        let shown = Shown {
            rejected_at_ms: 7,
            status: 422,
            code: "validation_failed",
        };
        let line = codec(1).line(shown, br#"{"body":1}"#.to_vec()).unwrap();
        let line = String::from_utf8(line).unwrap();
        assert!(line.contains("validation_failed"), "{line}");
        let key = SpoolKey::new(&[1; 32]);
        assert_eq!(key.open_rejected(&line).unwrap(), r#"{"body":1}"#);
        assert_eq!(key.open_rejected(r#"{"a":1}"#).unwrap(), r#"{"a":1}"#);
        assert!(SpoolKey::new(&[2; 32]).open_rejected(&line).is_err());
    }
}
