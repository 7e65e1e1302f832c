//! A key made of a passphrase, for a file that leaves the installation.

use std::num::NonZeroU32;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::pbkdf2;
use secrecy::{ExposeSecret, SecretString};

use crate::SealError;
use crate::frame::{KEY_BYTES, random};

/// Bytes of the salt of a file.
pub const SALT_BYTES: usize = 32;

/// What guessing a passphrase costs, by OWASP's advice of 2023 for PBKDF2 with HMAC-SHA-256. It belongs to the format of
/// files: another number needs another format.
const ITERATIONS: NonZeroU32 = NonZeroU32::new(600_000).expect("not zero");

/// Seals the frames of one file, each under its number (AES-256-GCM). A frame is bound to what the file begins with, to its
/// place, and to whether it is the last one: frames cannot be changed, left out, repeated or put in another order.
pub struct FileKey(LessSafeKey);

impl FileKey {
    /// The salt of a new file.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`].
    pub fn new_salt() -> Result<[u8; SALT_BYTES], SealError> {
        random()
    }

    /// The key of a passphrase and a file's salt. Takes some tenths of a second.
    pub fn of_passphrase(passphrase: &SecretString, salt: &[u8; SALT_BYTES]) -> Self {
        let mut bytes = [0; KEY_BYTES];
        let secret = passphrase.expose_secret().as_bytes();
        pbkdf2::derive(
            pbkdf2::PBKDF2_HMAC_SHA256,
            ITERATIONS,
            salt,
            secret,
            &mut bytes,
        );
        let unbound = UnboundKey::new(&AES_256_GCM, &bytes).expect("a key of 32 bytes");
        Self(LessSafeKey::new(unbound))
    }

    /// Seals a frame in its place. A number must not be used twice.
    ///
    /// # Errors
    /// [`SealError::Broken`] for more bytes than a cipher takes.
    pub fn seal(&self, place: &FramePlace<'_>, frame: &mut Vec<u8>) -> Result<(), SealError> {
        let sealed =
            self.0
                .seal_in_place_append_tag(place.nonce(), Aad::from(place.context()), frame);
        sealed.map_err(|_| SealError::Broken)
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// [`SealError::Broken`] if the passphrase is another, or anything was changed.
    pub fn open(&self, place: &FramePlace<'_>, frame: &mut Vec<u8>) -> Result<(), SealError> {
        let opened = self
            .0
            .open_in_place(place.nonce(), Aad::from(place.context()), frame);
        let length = opened.map_err(|_| SealError::Broken)?.len();
        frame.truncate(length);
        Ok(())
    }
}

/// The place of a frame.
#[derive(Debug, Clone, Copy)]
pub struct FramePlace<'a> {
    /// What the file begins with.
    pub head: &'a [u8],
    /// How many frames there are before.
    pub number: u64,
    /// Whether none follows.
    pub is_last: bool,
}

impl FramePlace<'_> {
    /// The key is used for one file, so the number is a nonce that comes once.
    fn nonce(&self) -> Nonce {
        let mut nonce = [0; NONCE_LEN];
        nonce[NONCE_LEN - 8..].copy_from_slice(&self.number.to_be_bytes());
        Nonce::assume_unique_for_key(nonce)
    }

    fn context(&self) -> Vec<u8> {
        let mut context = b"campanile/file/".to_vec();
        context.extend_from_slice(&self.number.to_be_bytes());
        context.push(u8::from(self.is_last));
        context.extend_from_slice(self.head);
        context
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_opens_in_its_place_only() {
        let key = |passphrase: &str| FileKey::of_passphrase(&passphrase.into(), &[7; SALT_BYTES]);
        let place = FramePlace {
            head: b"head",
            number: 3,
            is_last: false,
        };
        let own = key("correct horse battery");
        let mut sealed = b"rows".to_vec();
        own.seal(&place, &mut sealed).expect("sealed");
        let open = |key: &FileKey, place: FramePlace<'_>| {
            let mut frame = sealed.clone();
            key.open(&place, &mut frame).map(|()| frame)
        };
        assert_eq!(open(&own, place), Ok(b"rows".to_vec()));
        for other in [
            FramePlace { number: 4, ..place },
            FramePlace {
                is_last: true,
                ..place
            },
            FramePlace {
                head: b"other",
                ..place
            },
        ] {
            assert_eq!(open(&own, other), Err(SealError::Broken), "{other:?}");
        }
        let other = key("correct horse batterz");
        assert_eq!(open(&other, place), Err(SealError::Broken));
    }
}
