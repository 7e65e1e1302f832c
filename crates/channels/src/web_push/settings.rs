//! One account: the key that browsers subscribe to, and whom a push service may ask about it.

use secrecy::SecretString;

use super::vapid::VapidKey;

/// An account of Web Push that will not do, by the field that is to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct WebPushError {
    /// The name of the field.
    pub field: &'static str,
    /// What is wrong and what is expected.
    pub problem: &'static str,
}

/// A checked account.
#[derive(Debug)]
pub struct WebPushSettings {
    pub(super) key: VapidKey,
    pub(super) subject: String,
}

impl WebPushSettings {
    /// Checks an account. `subject` is a `mailto:` or https URL (RFC 8292, section 2.1); `private_key` has 32 bytes in
    /// base64url.
    ///
    /// # Errors
    /// [`WebPushError`].
    pub fn parse(subject: &str, private_key: &SecretString) -> Result<Self, WebPushError> {
        let refuse = |field, problem| Err(WebPushError { field, problem });
        let is_contact = match subject.split_once(':') {
            // Apple refuses a host without a dot, such as localhost.
            Some(("mailto", address)) => address
                .rsplit_once('@')
                .is_some_and(|(name, host)| !name.is_empty() && host.contains('.')),
            Some(("https", rest)) => rest.len() > 2 && rest.starts_with("//"),
            _ => false,
        };
        if !is_contact || subject.len() > 256 || !subject.chars().all(|c| c.is_ascii_graphic()) {
            let problem =
                "must be mailto: and an address, or an https URL, at which push services reach you";
            return refuse("subject", problem);
        }
        match VapidKey::parse(private_key) {
            Ok(key) => Ok(Self {
                key,
                subject: subject.to_owned(),
            }),
            Err(problem) => refuse("private_key", problem),
        }
    }

    /// Makes a private key. `None` without randomness.
    pub fn generate_key() -> Option<SecretString> {
        VapidKey::generate()
    }

    /// The public key in base64url, which browsers subscribe with.
    pub fn public_key(&self) -> &str {
        self.key.public()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_and_a_key_make_an_account() {
        let key = WebPushSettings::generate_key().expect("a key");
        for subject in ["mailto:ops@example.com", "https://example.com/contact"] {
            let settings = WebPushSettings::parse(subject, &key).expect("valid");
            assert_eq!(settings.public_key().len(), 87);
        }
        for subject in [
            "",
            "ops@example.com",
            "mailto:ops",
            "mailto:ops@localhost",
            "https:",
            "http://example.com",
            "mailto:a@ü",
        ] {
            let error = WebPushSettings::parse(subject, &key).expect_err(subject);
            assert_eq!(error.field, "subject");
        }
        let error = WebPushSettings::parse("mailto:a@b.example", &"x".to_owned().into());
        assert_eq!(error.expect_err("no key").field, "private_key");
    }
}
