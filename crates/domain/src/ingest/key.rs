//! The key of an ingest address: `cmi_<tenant>_<secret><checksum>`, or `tk_…` for ntfy.
//!
//! The tenant stands in the key, so that the look-up is bound to it as every other query is. The checksum refuses a key with
//! a typing error before anything is looked up. Only a hash is stored: the secret has 244 random bits, so that nothing
//! is gained by a slow hash, which every call would pay for.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::{IngestKind, Random, TenantId};

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Of one UUID in base 62.
const HALF: usize = 22;
const SECRET: usize = 2 * HALF;
const CHECKSUM: usize = 6;

/// The text is not the key of an ingest address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not the key of an ingest address")]
pub struct InvalidIngestKey;

/// A key whose form and checksum are right; whether it is in use only the database knows.
#[derive(Clone, PartialEq, Eq)]
pub struct IngestKey {
    tenant: TenantId,
    text: String,
}

impl IngestKey {
    /// A new key for an address of this kind: at most 118 characters of `[A-Za-z0-9_-]`.
    pub fn generate(kind: IngestKind, tenant: &TenantId, random: &Random) -> Self {
        let mut text = format!("{}{tenant}_", kind.key_prefix());
        for _ in 0..2 {
            digits(random.uuid().as_u128(), HALF, &mut text);
        }
        let sum = checksum(&text);
        text.push_str(&sum);
        Self {
            tenant: tenant.clone(),
            text,
        }
    }

    /// Reads a key that a caller sent.
    ///
    /// # Errors
    /// [`InvalidIngestKey`].
    pub fn parse(text: &str) -> Result<Self, InvalidIngestKey> {
        let rest = text.strip_prefix("cmi_").or(text.strip_prefix("tk_"));
        let (tenant, secret) = rest
            .and_then(|rest| rest.split_once('_'))
            .ok_or(InvalidIngestKey)?;
        let tenant = TenantId::parse(tenant).map_err(|_| InvalidIngestKey)?;
        let is_secret = secret.len() == SECRET + CHECKSUM
            && secret.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_secret {
            return Err(InvalidIngestKey);
        }
        let (before, sum) = text.split_at(text.len() - CHECKSUM);
        if checksum(before) != sum {
            return Err(InvalidIngestKey);
        }
        Ok(Self {
            tenant,
            text: text.to_owned(),
        })
    }

    /// The tenant that the key names.
    pub const fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// The key itself. It is shown once, when it is made.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// What is stored of it.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.text.as_bytes()).into()
    }
}

impl fmt::Debug for IngestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IngestKey({}, …)", self.tenant)
    }
}

fn checksum(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let number = digest.iter().take(8);
    let number = number.fold(0_u128, |sum, byte| sum << 8 | u128::from(*byte));
    let mut sum = String::with_capacity(CHECKSUM);
    digits(number, CHECKSUM, &mut sum);
    sum
}

/// Appends the lowest digits of a number in base 62.
fn digits(mut number: u128, count: usize, to: &mut String) {
    for _ in 0..count {
        let digit = usize::try_from(number % 62).unwrap_or(0);
        to.push(char::from(DIGITS[digit]));
        number /= 62;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_and_names_its_tenant() {
        let longest = "a-".repeat(31) + "z";
        for tenant in ["acme", "a-b", &longest] {
            let tenant = TenantId::parse(tenant).expect("valid");
            for kind in IngestKind::ALL {
                let key = IngestKey::generate(kind, &tenant, &Random::seeded(7));
                assert!(key.reveal().starts_with(kind.key_prefix()));
                // As much as Apprise's clients take.
                assert!(key.reveal().len() <= 128);
                let read = IngestKey::parse(key.reveal()).expect("a key");
                assert_eq!((&read, read.tenant()), (&key, &tenant));
                assert!(!format!("{key:?}").contains(&key.reveal()[12..]));
            }
        }
    }

    #[test]
    fn a_typing_error_is_no_key() {
        let tenant = TenantId::parse("acme").expect("valid");
        let key = IngestKey::generate(IngestKind::Apprise, &tenant, &Random::seeded(1));
        let text = key.reveal();
        for at in 0..text.len() {
            let other = if text.as_bytes()[at] == b'x' {
                'y'
            } else {
                'x'
            };
            let mut wrong = text.to_owned();
            wrong.replace_range(at..=at, &other.to_string());
            assert_eq!(IngestKey::parse(&wrong), Err(InvalidIngestKey), "{at}");
        }
        for wrong in [
            "",
            "cmi_",
            "cmi_acme",
            "cmi_acme_",
            &text[1..],
            &format!("{text}0"),
        ] {
            assert_eq!(IngestKey::parse(wrong), Err(InvalidIngestKey), "{wrong}");
        }
    }

    #[test]
    fn no_two_keys_are_alike() {
        let (tenant, random) = (TenantId::parse("acme").expect("valid"), Random::system());
        let one = IngestKey::generate(IngestKind::Ntfy, &tenant, &random);
        let other = IngestKey::generate(IngestKind::Ntfy, &tenant, &random);
        assert_ne!(one.digest(), other.digest());
    }
}
