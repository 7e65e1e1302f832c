//! Signatures: HMAC-SHA256 over `id.timestamp.body` (Standard Webhooks 1.0.0, symmetric scheme).

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

/// 128 bits is where guessing ends.
const MIN_BYTES: usize = 16;

/// Signs with one key.
pub(super) struct Signer(hmac::Key);

impl Signer {
    /// Reads `whsec_` and base64.
    pub(super) fn new(secret: &SecretString) -> Result<Self, &'static str> {
        let text = secret.expose_secret().trim();
        let encoded = text
            .strip_prefix("whsec_")
            .ok_or("does not begin with `whsec_`")?;
        let bytes = STANDARD.decode(encoded).map_err(|_| "is not base64")?;
        if bytes.len() < MIN_BYTES {
            return Err("is too short");
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    /// The value of `webhook-signature`.
    pub(super) fn sign(&self, id: &str, timestamp: &str, body: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&self.0);
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            context.update(part);
        }
        format!("v1,{}", STANDARD.encode(context.sign()))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer")
    }
}
