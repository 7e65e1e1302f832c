//! What a request proves its caller with.

use campanile_domain::ApiKeyText;
use http::{HeaderMap, header};

use super::authenticate::unauthenticated;
use crate::problem::Problem;

/// The header in which some clients send an API key.
const X_API_KEY: &str = "x-api-key";

const NO_TOKEN: &str = r#"Bearer realm="campanile""#;

/// The credential of a request.
pub(super) enum Credential<'a> {
    /// A JWT.
    Token(&'a str),
    /// An API key.
    ApiKey(&'a str),
}

/// Whether a request has one at all, right or wrong.
pub(super) fn is_given(headers: &HeaderMap) -> bool {
    headers.contains_key(header::AUTHORIZATION) || headers.contains_key(X_API_KEY)
}

/// The one credential of a request: in `Authorization: Bearer`, or an API key in `X-API-Key`.
pub(super) fn credential(headers: &HeaderMap) -> Result<Credential<'_>, Problem> {
    let key = one(headers, X_API_KEY, "Send exactly one X-API-Key header")?;
    let bearer = one(
        headers,
        header::AUTHORIZATION.as_str(),
        "Send exactly one Authorization header",
    )?;
    match (bearer, key) {
        (Some(value), None) => {
            let text = bearer_token(value).ok_or_else(none)?;
            match ApiKeyText::is_meant(text) {
                true => Ok(Credential::ApiKey(text)),
                false => Ok(Credential::Token(text)),
            }
        }
        (None, Some(key)) => Ok(Credential::ApiKey(key)),
        (None, None) => Err(none()),
        (Some(_), Some(_)) => {
            let detail = "Send the API key in one header: Authorization or X-API-Key";
            Err(unauthenticated(detail, NO_TOKEN))
        }
    }
}

fn none() -> Problem {
    unauthenticated("A bearer token or an API key is required", NO_TOKEN)
}

fn one<'a>(
    headers: &'a HeaderMap,
    name: &str,
    several: &'static str,
) -> Result<Option<&'a str>, Problem> {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| none()),
        (Some(_), Some(_)) => Err(unauthenticated(several, NO_TOKEN)),
    }
}

fn bearer_token(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim_matches(' ');
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}
