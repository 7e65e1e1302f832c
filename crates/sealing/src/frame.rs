//! The bytes of a sealed text: version, key's name, nonce, text and tag.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::digest::{SHA256, digest};

/// The first byte; another layout gets another number.
const VERSION: u8 = 1;
/// How many bytes of a key's fingerprint name it.
const NAME: usize = 4;
/// Names a key in what it has sealed.
pub(crate) type KeyName = [u8; NAME];
const HEAD: usize = 1 + NAME + NONCE_LEN;

/// Bytes that are the same in front of all that a key has sealed.
pub const KEY_MARK_BYTES: usize = 1 + NAME;
/// What begins all that a key has sealed: a database finds by it what another key has sealed.
pub type KeyMark = [u8; KEY_MARK_BYTES];

/// Bytes of a key.
pub(crate) const KEY_BYTES: usize = 32;

/// Why something cannot be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The operating system gives no random numbers.
    #[error("the system's random number generator failed")]
    NoRandomness,
    /// It was sealed by another key; its owner has to be found.
    #[error("encrypted with another key")]
    AnotherKey,
    /// It is not what was sealed: cut, changed, or sealed for another tenant or purpose.
    #[error("the ciphertext is damaged")]
    Broken,
}

/// A key that seals.
pub(crate) struct Key {
    key: LessSafeKey,
    pub(crate) name: KeyName,
}

impl Key {
    pub(crate) fn new(bytes: &[u8; KEY_BYTES]) -> Self {
        let unbound = UnboundKey::new(&AES_256_GCM, bytes).expect("a key of 32 bytes");
        let mut name = [0; NAME];
        name.copy_from_slice(&digest(&SHA256, bytes).as_ref()[..NAME]);
        let key = LessSafeKey::new(unbound);
        Self { key, name }
    }

    /// What begins all that it seals.
    pub(crate) fn mark(&self) -> KeyMark {
        let mut mark = [VERSION; KEY_MARK_BYTES];
        mark[1..].copy_from_slice(&self.name);
        mark
    }

    pub(crate) fn seal(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        // A nonce must never come twice under a key. Drawn at random, that is beyond reach for the
        // 2^32 texts that the standard allows.
        self.seal_with(random()?, context, plain)
    }

    /// With a nonce of the caller's, which no other text has.
    pub(crate) fn seal_with(
        &self,
        nonce: [u8; NONCE_LEN],
        context: &str,
        plain: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        let mut sealed = Vec::with_capacity(HEAD + plain.len() + AES_256_GCM.tag_len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&self.name);
        sealed.extend_from_slice(&nonce);
        let mut text = plain.to_vec();
        let nonce = Nonce::assume_unique_for_key(nonce);
        self.key
            .seal_in_place_append_tag(nonce, Aad::from(context), &mut text)
            .map_err(|_| SealError::Broken)?;
        sealed.append(&mut text);
        Ok(sealed)
    }

    pub(crate) fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let (head, text) = sealed.split_at_checked(HEAD).ok_or(SealError::Broken)?;
        if head[0] != VERSION {
            return Err(SealError::Broken);
        }
        if head[1..=NAME] != self.name {
            return Err(SealError::AnotherKey);
        }
        let nonce = Nonce::try_assume_unique_for_key(&head[1 + NAME..]);
        let nonce = nonce.map_err(|_| SealError::Broken)?;
        let mut text = text.to_vec();
        let plain = self
            .key
            .open_in_place(nonce, Aad::from(context), &mut text)
            .map_err(|_| SealError::Broken)?;
        Ok(plain.to_vec())
    }
}

/// Which key has sealed it.
pub(crate) fn key_name(sealed: &[u8]) -> Result<KeyName, SealError> {
    match sealed.split_first() {
        Some((&VERSION, rest)) => rest.first_chunk().copied().ok_or(SealError::Broken),
        _ => Err(SealError::Broken),
    }
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], SealError> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| SealError::NoRandomness)?;
    Ok(bytes)
}
