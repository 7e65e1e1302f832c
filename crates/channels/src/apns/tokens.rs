//! The right to send: a token that the account's key signs, used for all calls until it is renewed.
//!
//! Apple refuses a token that is older than an hour, and one that follows another within 20 minutes
//! (<https://developer.apple.com/documentation/usernotifications/establishing-a-token-based-connection-to-apns>).

use std::sync::{Mutex, MutexGuard, PoisonError};

use campanile_domain::{Outcome, OutcomeKind};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, Header, encode};
use reqwest::header::HeaderValue;
use serde_json::json;

use super::ApnsSettings;

/// So old, a token is renewed.
const RENEWED_AFTER: TimeDelta = TimeDelta::minutes(45);
/// A token is not renewed sooner, even if Apple says that it has expired.
const RENEWED_AT_MOST_EACH: TimeDelta = TimeDelta::minutes(20);

/// A token, and when it was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bearer {
    /// `bearer …`, which no log shows.
    pub(super) header: HeaderValue,
    signed_at: DateTime<Utc>,
}

/// The token of an account.
#[derive(Debug, Default)]
pub(super) struct Tokens(Mutex<Option<Bearer>>);

impl Tokens {
    /// The token in use; a new one if there is none, or if it is old.
    pub(super) fn bearer(
        &self,
        settings: &ApnsSettings,
        now: DateTime<Utc>,
    ) -> Result<Bearer, Outcome> {
        let mut held = self.held();
        let is_good = |bearer: &&Bearer| {
            // One of the future was signed before the clock was set back.
            let age = now - bearer.signed_at;
            age >= TimeDelta::zero() && age < RENEWED_AFTER
        };
        if let Some(bearer) = held.as_ref().filter(is_good) {
            return Ok(bearer.clone());
        }
        let bearer = sign(settings, now)?;
        Ok(held.insert(bearer).clone())
    }

    /// Apple says that this token has expired. Whether another try has another token: not if it is so young that the clock
    /// of this machine must be wrong.
    pub(super) fn refused(&self, bearer: &Bearer, now: DateTime<Utc>) -> bool {
        let mut held = self.held();
        if held.as_ref().is_some_and(|current| current != bearer) {
            return true;
        }
        let is_old = now - bearer.signed_at >= RENEWED_AT_MOST_EACH;
        if is_old {
            *held = None;
        }
        is_old
    }

    fn held(&self) -> MutexGuard<'_, Option<Bearer>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn sign(settings: &ApnsSettings, now: DateTime<Utc>) -> Result<Bearer, Outcome> {
    let header = Header {
        typ: None,
        kid: Some(settings.key_id.clone()),
        ..Header::new(Algorithm::ES256)
    };
    let claims = json!({"iss": settings.team_id, "iat": now.timestamp()});
    let token = encode(&header, &claims, &settings.private_key).ok();
    let value = token.and_then(|token| HeaderValue::from_str(&format!("bearer {token}")).ok());
    let Some(mut header) = value else {
        let detail = "Signing with the private_key failed.";
        return Err(Outcome::new(
            OutcomeKind::Misconfigured,
            "private_key",
            detail,
        ));
    };
    header.set_sensitive(true);
    Ok(Bearer {
        header,
        signed_at: now,
    })
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::Value;

    use super::super::settings::tests::account;
    use super::*;

    #[test]
    fn a_token_is_used_until_it_is_old() {
        let settings = ApnsSettings::parse(&account()).expect("valid");
        let tokens = Tokens::default();
        let start = DateTime::from_timestamp(1_800_000_000, 0).expect("a time");
        let at = |minutes| {
            let now = start + TimeDelta::minutes(minutes);
            tokens.bearer(&settings, now).expect("signed")
        };
        let first = at(0);
        assert_eq!((at(10), at(44)), (first.clone(), first.clone()));
        let second = at(45);
        assert_ne!(second, first);
        assert_eq!(at(50), second);
        // The clock was set back.
        assert_ne!(at(30), second);
    }

    #[test]
    fn a_token_says_whose_it_is() {
        let settings = ApnsSettings::parse(&account()).expect("valid");
        let now = DateTime::from_timestamp(1_800_000_000, 0).expect("a time");
        let bearer = Tokens::default().bearer(&settings, now).expect("signed");
        let text = bearer.header.to_str().expect("a text");
        let parts: Vec<&str> = text
            .strip_prefix("bearer ")
            .expect("a bearer")
            .split('.')
            .collect();
        let json = |part: &str| {
            let decoded = URL_SAFE_NO_PAD.decode(part).expect("base64url");
            serde_json::from_slice::<Value>(&decoded).expect("JSON")
        };
        assert_eq!(json(parts[0]), json!({"alg": "ES256", "kid": "ABC123DEFG"}));
        let claims = json!({"iss": "DEF123GHIJ", "iat": 1_800_000_000});
        assert_eq!(json(parts[1]), claims);
        assert!(!format!("{bearer:?}").contains(parts[2]));
    }

    #[test]
    fn an_expired_token_is_renewed_once() {
        let settings = ApnsSettings::parse(&account()).expect("valid");
        let tokens = Tokens::default();
        let start = DateTime::from_timestamp(1_800_000_000, 0).expect("a time");
        let first = tokens.bearer(&settings, start).expect("signed");
        assert!(!tokens.refused(&first, start + TimeDelta::minutes(19)));
        let later = start + TimeDelta::minutes(20);
        assert!(tokens.refused(&first, later));
        let second = tokens.bearer(&settings, later).expect("signed");
        assert_ne!(first, second);
        // Calls that began with the first one do not renew the second.
        assert!(tokens.refused(&first, later));
        assert_eq!(tokens.bearer(&settings, later).expect("signed"), second);
    }
}
