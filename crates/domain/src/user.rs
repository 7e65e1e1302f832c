//! A recipient, as far as the tenant told us about them.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use jiff::tz::TimeZone;

use crate::{EmailAddress, InvalidName, TenantId, UserId};

/// What is known of a recipient. Nobody has to be known to get notifications in the inbox.
#[derive(Debug, Clone, PartialEq)]
pub struct User {
    /// The owner of everything about them.
    pub tenant: TenantId,
    /// The tenant's own id.
    pub id: UserId,
    /// Where mail goes.
    pub email: Option<EmailAddress>,
    /// Since when the mail address is known not to exist; it is used again once it is named again.
    pub email_gone_at: Option<DateTime<Utc>>,
    /// BCP 47 tag.
    pub locale: Option<String>,
    /// IANA zone.
    pub timezone: Option<String>,
    /// The tenant's own JSON object, as text.
    pub attributes: Arc<str>,
    /// When they were first told of.
    pub created_at: DateTime<Utc>,
    /// When they were last told of.
    pub updated_at: DateTime<Utc>,
}

/// Checks the form of a language tag (BCP 47: letters, digits and hyphens, in parts of 1 to 8).
///
/// # Errors
/// [`InvalidName`].
pub fn check_locale(text: &str) -> Result<(), InvalidName> {
    let part = |part: &str| {
        (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
    };
    let language = text.split('-').next().unwrap_or_default();
    let is_language = language.len() >= 2 && language.chars().all(|c| c.is_ascii_alphabetic());
    if text.len() <= 35 && is_language && text.split('-').all(part) {
        Ok(())
    } else {
        Err(InvalidName("expected a language tag such as en or pt-BR"))
    }
}

/// The name of a time zone as the IANA database writes it, which is found in any case. What is kept and
/// told is this one spelling, so that two of one zone are equal wherever they are compared.
///
/// # Errors
/// [`InvalidName`].
pub fn canonical_timezone(text: &str) -> Result<String, InvalidName> {
    let zone = jiff::tz::db().get(text).ok();
    // `Etc/Unknown` is found too, but says of itself that it is none.
    let zone = zone.filter(|zone| !zone.is_unknown());
    let name = zone.as_ref().and_then(TimeZone::iana_name);
    name.map(str::to_owned).ok_or(InvalidName(
        "expected a zone of the IANA database such as Europe/Berlin",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_and_zones() {
        for good in ["en", "pt-BR", "zh-Hant-TW", "sl-rozaj-biske"] {
            assert!(check_locale(good).is_ok(), "{good}");
        }
        for bad in ["", "e", "de_DE", "en-", "12", "en-toolongpart", "x\0"] {
            assert!(check_locale(bad).is_err(), "{bad:?}");
        }
        for (told, kept) in [
            ("Europe/Berlin", "Europe/Berlin"),
            ("europe/berlin", "Europe/Berlin"),
            ("EUROPE/BERLIN", "Europe/Berlin"),
            ("utc", "UTC"),
            ("etc/gmt+5", "Etc/GMT+5"),
            (
                "america/argentina/buenos_aires",
                "America/Argentina/Buenos_Aires",
            ),
        ] {
            assert_eq!(canonical_timezone(told).as_deref(), Ok(kept));
        }
        for bad in [
            "",
            " ",
            "Mars/Base",
            "+02:00",
            "../etc/passwd",
            "a\0b",
            "Etc/Unknown",
        ] {
            assert!(canonical_timezone(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_canonical_name_is_its_own() {
        for name in jiff::tz::db().available() {
            let kept = canonical_timezone(&name.as_str().to_lowercase());
            assert_eq!(kept.as_deref(), Ok(name.as_str()));
        }
    }
}
