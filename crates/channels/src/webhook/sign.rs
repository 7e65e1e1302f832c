//! Signatures: HMAC-SHA256 over `id.timestamp.body` (Standard Webhooks 1.0.0, symmetric scheme).

use std::fmt;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};

/// 128 bits is where guessing ends.
const MIN_BYTES: usize = 16;

/// Signs with one key, and while receivers change over with those before it.
pub(super) struct Signer {
    key: hmac::Key,
    previous: Vec<Previous>,
}

struct Previous {
    key: hmac::Key,
    expires_at: Option<DateTime<Utc>>,
}

impl Signer {
    /// Reads `whsec_` and base64.
    pub(super) fn new(secret: &SecretString) -> Result<Self, &'static str> {
        Ok(Self {
            key: key(secret)?,
            previous: Vec::new(),
        })
    }

    /// Signs with an earlier secret too, until it expires.
    pub(super) fn and_previous(
        mut self,
        secret: &SecretString,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<Self, &'static str> {
        let key = key(secret)?;
        self.previous.push(Previous { key, expires_at });
        Ok(self)
    }

    /// The value of `webhook-signature`: the present key's signature first, and then, with a space
    /// before each, those of earlier keys. A receiver accepts what one of them fits.
    pub(super) fn sign(
        &self,
        id: &str,
        timestamp: &str,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> String {
        let previous = self.previous.iter();
        let valid = previous.filter(|one| one.expires_at.is_none_or(|at| now < at));
        let keys = std::iter::once(&self.key).chain(valid.map(|one| &one.key));
        let signatures: Vec<String> = keys
            .map(|key| {
                let mut context = hmac::Context::with_key(key);
                for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
                    context.update(part);
                }
                format!("v1,{}", STANDARD.encode(context.sign()))
            })
            .collect();
        signatures.join(" ")
    }
}

fn key(secret: &SecretString) -> Result<hmac::Key, &'static str> {
    let text = secret.expose_secret().trim();
    let encoded = text
        .strip_prefix("whsec_")
        .ok_or("does not begin with `whsec_`")?;
    let bytes = STANDARD.decode(encoded).map_err(|_| "is not base64")?;
    if bytes.len() < MIN_BYTES {
        return Err("is too short");
    }
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer")
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use standardwebhooks::Webhook;

    use super::*;

    const NEW: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const OLD: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    const OLDEST: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";

    /// Which of the secrets the official library verifies it with.
    fn verified(signer: &Signer, now: DateTime<Utc>) -> [bool; 3] {
        // The library takes no timestamp of another day.
        let (id, timestamp) = ("msg_1", Utc::now().timestamp().to_string());
        let signature = signer.sign(id, &timestamp, b"{}", now);
        let headers: http::HeaderMap = [
            ("webhook-id", id),
            ("webhook-timestamp", &timestamp),
            ("webhook-signature", &signature),
        ]
        .into_iter()
        .map(|(name, value)| {
            let name = http::HeaderName::from_static(name);
            (name, value.parse().expect("a header"))
        })
        .collect();
        [NEW, OLD, OLDEST].map(|secret| {
            let official = Webhook::new(secret).expect("a secret");
            official.verify(b"{}", &headers).is_ok()
        })
    }

    #[test]
    fn old_and_new_sign_together_until_the_old_one_expires() {
        let at = DateTime::from_timestamp(1_800_000_000, 0).expect("a moment");
        let signer = Signer::new(&NEW.into()).expect("a key");
        assert_eq!(verified(&signer, at), [true, false, false]);
        let signer = signer
            .and_previous(&OLD.into(), Some(at))
            .and_then(|signer| signer.and_previous(&OLDEST.into(), None))
            .expect("keys");
        let just_before = at - TimeDelta::milliseconds(1);
        assert_eq!(verified(&signer, just_before), [true; 3]);
        assert_eq!(verified(&signer, at), [true, false, true]);
    }
}
