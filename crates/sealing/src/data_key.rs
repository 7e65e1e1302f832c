//! A tenant's key.

use aws_lc_rs::aead::NONCE_LEN;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac::{self, HMAC_SHA256};
use campanile_domain::TenantId;
use secrecy::SecretSlice;

use crate::SealError;
use crate::frame::{KEY_BYTES, Key, KeyMark, KeyName, random};

/// Bytes of a code of [`DataKey::mac`]: half of what SHA-256 gives, which RFC 2104 allows and no one guesses.
pub const MAC_BYTES: usize = 16;

/// Seals one tenant's secrets.
pub struct DataKey {
    key: Key,
    /// Made from the same bytes, and of no use for finding them.
    mac: hmac::Key,
    tenant: TenantId,
}

impl DataKey {
    /// A key of a tenant's links, which is stored as it is: who can read it can make and read links, and nothing else.
    pub fn of_links(tenant: &TenantId, bytes: &[u8; 32]) -> Self {
        Self::new(tenant.clone(), bytes)
    }

    /// The bytes of a new key.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`].
    pub fn random_bytes() -> Result<[u8; 32], SealError> {
        random()
    }

    pub(crate) fn new(tenant: TenantId, bytes: &[u8; KEY_BYTES]) -> Self {
        let own = hmac::Key::new(HMAC_SHA256, bytes);
        let mac = hmac::sign(&own, b"campanile/mac");
        Self {
            key: Key::new(bytes),
            mac: hmac::Key::new(HMAC_SHA256, mac.as_ref()),
            tenant,
        }
    }

    pub(crate) const fn name(&self) -> KeyName {
        self.key.name
    }

    pub(crate) fn mark(&self) -> KeyMark {
        self.key.mark()
    }

    /// Seals a text for a purpose, e.g. `provider/main`. Twice the same text is sealed differently.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`].
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        self.key.seal(&self.context(purpose), plain)
    }

    /// Seals a text for a purpose, the same text always in the same way: who sees two of them sees whether they are the same.
    ///
    /// The nonce is a code of the purpose and the text (as in AES-GCM-SIV, RFC 8452), so it comes twice for the same text only.
    ///
    /// # Errors
    /// [`SealError::Broken`] for more bytes than a cipher takes.
    pub fn seal_same(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        let context = self.context(purpose);
        let code = self.code(&["campanile/nonce\0", &context], plain);
        let mut nonce = [0; NONCE_LEN];
        nonce.copy_from_slice(&code.as_ref()[..NONCE_LEN]);
        self.key.seal_with(nonce, &context, plain)
    }

    /// Opens what was sealed for this tenant and this purpose.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<SecretSlice<u8>, SealError> {
        let plain = self.key.open(&self.context(purpose), sealed)?;
        Ok(plain.into())
    }

    /// Authenticates a text that stays readable, for a purpose.
    pub fn mac(&self, purpose: &str, text: &[u8]) -> [u8; MAC_BYTES] {
        let code = self.code(&[&self.context(purpose)], text);
        let mut mac = [0; MAC_BYTES];
        mac.copy_from_slice(&code.as_ref()[..MAC_BYTES]);
        mac
    }

    fn code(&self, of: &[&str], text: &[u8]) -> hmac::Tag {
        let mut signing = hmac::Context::with_key(&self.mac);
        for part in of {
            signing.update(part.as_bytes());
        }
        // No purpose has this byte, so no other pair gives the same bytes.
        signing.update(&[0]);
        signing.update(text);
        signing.sign()
    }

    /// Whether [`Self::mac`] gave this code for this text; takes equally long for each wrong one.
    pub fn is_mac(&self, purpose: &str, text: &[u8], mac: &[u8]) -> bool {
        verify_slices_are_equal(&self.mac(purpose, text), mac).is_ok()
    }

    /// A tenant's name has no slash, so no other pair gives the same text.
    fn context(&self, purpose: &str) -> String {
        format!("campanile/secret/{}/{purpose}", self.tenant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_of_one_tenant_purpose_and_text() {
        let key = |tenant: &str| {
            let tenant = TenantId::parse(tenant).expect("valid");
            DataKey::of_links(&tenant, &[7; KEY_BYTES])
        };
        let mac = key("acme").mac("link", b"text");
        assert!(key("acme").is_mac("link", b"text", &mac));
        assert!(!key("other").is_mac("link", b"text", &mac));
        assert!(!key("acme").is_mac("stamp", b"text", &mac));
        assert!(!key("acme").is_mac("link", b"texts", &mac));
        assert!(!key("acme").is_mac("link", b"text", &mac[..8]));
    }
}
