//! From the account's key to an access token: a signed claim, posted as a form (RFC 7523).

use std::time::Duration;

use campanile_domain::{Clock, Outcome, OutcomeKind};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, Header, encode};
use reqwest::header::HeaderValue;
use reqwest::{Client, StatusCode};
use serde::{Deserialize, Serialize};

use super::PushSettings;
use super::classify::{failure, waiting};
use crate::outbound::{Failure, client, retry_after};

const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
/// The longest that Google accepts for a claim, in seconds; also a token's life where none is named.
const HOUR_S: u64 = 3_600;
/// A token is kept so long at least, in seconds; should it end sooner, FCM says so.
const SHORTEST_LIFE_S: u64 = 60;
/// A token is renewed after so long at the latest, in seconds, whatever life its server names: a day.
const LONGEST_LIFE_S: u64 = 24 * 3_600;

/// OAuth's names of errors (RFC 6749, sections 4.1.2.1 and 5.2), and Google's own. What is none of them
/// is not repeated: it may be anything.
const ERRORS: [&str; 14] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
    "access_denied",
    "server_error",
    "temporarily_unavailable",
    "internal_failure",
    "deleted_client",
    "disabled_client",
    "admin_policy_enforced",
    "org_internal",
];

/// What the token server gave.
pub(crate) struct Granted {
    /// `Bearer …`, which no log shows.
    pub(super) header: HeaderValue,
    pub(super) lifetime: Duration,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    scope: &'a str,
    aud: &'a str,
    iat: u64,
    exp: u64,
}

#[derive(Serialize)]
struct Form<'a> {
    grant_type: &'a str,
    assertion: &'a str,
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
    expires_in: Option<u64>,
}

#[derive(Deserialize)]
struct Refusal {
    error: String,
}

/// Asks once. What fails here never reached FCM, so nothing is ambiguous.
pub(super) async fn exchange(
    settings: &PushSettings,
    client: &Client,
    clock: &dyn Clock,
) -> Result<Granted, Outcome> {
    let assertion = claim(settings, clock.now())?;
    let form = Form {
        grant_type: GRANT_TYPE,
        assertion: &assertion,
    };
    let asked = client
        .post(settings.token_uri.clone())
        .form(&form)
        .send()
        .await;
    let answer = asked.map_err(|error| unanswered(Failure::of(&error)))?;
    let (status, wish) = (
        answer.status(),
        retry_after(answer.headers(), clock.now().into()),
    );
    let body = client::read(answer)
        .await
        .ok_or_else(|| unanswered(Failure::Lost))?;
    answered(status, wish, &body)
}

/// Reads one whole answer.
pub(crate) fn answered(
    status: StatusCode,
    wish: Option<Duration>,
    body: &[u8],
) -> Result<Granted, Outcome> {
    if !status.is_success() {
        return Err(refused(status, wish, body));
    }
    granted(body).ok_or_else(|| {
        later(
            "token_unreadable",
            "The response of token_uri is not an access token.",
            None,
        )
    })
}

fn claim(settings: &PushSettings, now: DateTime<Utc>) -> Result<String, Outcome> {
    let now = u64::try_from(now.timestamp()).unwrap_or_default();
    let header = Header {
        kid: settings.private_key_id.clone(),
        ..Header::new(Algorithm::RS256)
    };
    let claims = Claims {
        iss: &settings.client_email,
        scope: SCOPE,
        aud: settings.token_uri.as_str(),
        iat: now,
        exp: now + HOUR_S,
    };
    encode(&header, &claims, &settings.private_key).map_err(|_| {
        Outcome::new(
            OutcomeKind::Misconfigured,
            "private_key",
            "Signing with the private_key failed.",
        )
    })
}

fn granted(body: &[u8]) -> Option<Granted> {
    let token: Token = serde_json::from_slice(body).ok()?;
    let mut header = HeaderValue::from_str(&format!("Bearer {}", token.access_token)).ok()?;
    header.set_sensitive(true);
    // A life of nothing would make every message wait for a token of its own.
    let lifetime = token.expires_in.unwrap_or(HOUR_S);
    let lifetime = Duration::from_secs(lifetime.clamp(SHORTEST_LIFE_S, LONGEST_LIFE_S));
    (!token.access_token.is_empty()).then_some(Granted { header, lifetime })
}

fn refused(status: StatusCode, wish: Option<Duration>, body: &[u8]) -> Outcome {
    let refusal: Option<Refusal> = serde_json::from_slice(body).ok();
    let is_name = |name: &String| ERRORS.contains(&name.as_str());
    let code = refusal.map(|refusal| refusal.error).filter(is_name);
    let code = code.unwrap_or_else(|| status.as_str().to_owned());
    let detail = match status.as_u16() {
        408 | 429 | 500.. => {
            return later(&code, "The token_uri issues no access token for now.", wish);
        }
        400 | 401 | 403 => {
            "The token_uri refused an access token for this account; check client_email, private_key, whether the \
            key was revoked, and the clock of this machine."
        }
        _ => "The server at token_uri does not issue access tokens; check token_uri.",
    };
    Outcome::new(OutcomeKind::Misconfigured, code, detail)
}

/// By how far a call came that got no answer.
pub(crate) fn unanswered(broken: Failure) -> Outcome {
    let outcome = failure("token_uri", broken);
    match outcome.kind {
        OutcomeKind::Ambiguous => Outcome {
            kind: OutcomeKind::Retry,
            ..outcome
        },
        _ => outcome,
    }
}

fn later(code: &str, detail: &str, wish: Option<Duration>) -> Outcome {
    waiting(Outcome::new(OutcomeKind::Retry, code, detail), || wish)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_life_that_a_server_names_is_too_long_or_too_short() {
        for (named, seconds) in [
            (r#","expires_in":3599"#, 3_599),
            ("", 3_600),
            (r#","expires_in":0"#, 60),
            (r#","expires_in":31536000"#, 86_400),
            (r#","expires_in":18446744073709551615"#, 86_400),
        ] {
            let body = format!(r#"{{"access_token":"x"{named}}}"#);
            let granted = answered(StatusCode::OK, None, body.as_bytes()).ok();
            let lifetime = granted.expect("a token").lifetime;
            assert_eq!(lifetime, Duration::from_secs(seconds), "{named}");
        }
        for unreadable in ["-1", "1e400", "18446744073709551616", "\"soon\""] {
            let body = format!(r#"{{"access_token":"x","expires_in":{unreadable}}}"#);
            let refused = answered(StatusCode::OK, None, body.as_bytes()).err();
            let outcome = refused.expect("not a token");
            assert_eq!(outcome.code, "token_unreadable", "{unreadable}");
        }
    }
}
