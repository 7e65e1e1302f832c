//! What Apple refuses, in the order in which it looks.

use axum::http::{HeaderMap, Version};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::{ApnsAccount, ApnsReply};
use crate::now_us;

/// A token lives for an hour.
const TOKEN_LIFE_S: i64 = 3_600;
const MAX_PAYLOAD_BYTES: usize = 4_096;
const MAX_COLLAPSE_ID_BYTES: usize = 64;

#[derive(Deserialize)]
struct Claims {
    iss: String,
    iat: i64,
}

/// One request, as far as Apple looks at it.
pub(super) struct Request<'a> {
    pub(super) version: Version,
    pub(super) token: &'a str,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
}

/// The text of a header, or nothing.
pub(super) fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

/// What is wrong with a request; `None` if it is taken.
pub(super) fn verify(request: &Request<'_>, account: &ApnsAccount) -> Option<ApnsReply> {
    let refuse = |status, reason| Some(ApnsReply::refused(status, reason));
    let of = |name| header(request.headers, name);
    if request.version != Version::HTTP_2 {
        return refuse(400, "BadPath");
    }
    if let Err(reason) = bearer(of("authorization"), account) {
        return refuse(403, reason);
    }
    let id = of("apns-id");
    let is_canonical = Uuid::parse_str(id).is_ok_and(|uuid| uuid.to_string() == id);
    let (shown, kind) = (is_shown(request.body), of("apns-push-type"));
    let is_number = |name| of(name).parse::<i64>().is_ok_and(|number| number >= 0);
    let checks = [
        (is_canonical, "BadMessageId"),
        (matches!(kind, "alert" | "background"), "InvalidPushType"),
        (is_number("apns-expiration"), "BadExpirationDate"),
        (
            matches!(of("apns-priority"), "10" | "5" | "1"),
            "BadPriority",
        ),
        // What wakes an app without a word has this priority, and no other.
        (
            kind != "background" || of("apns-priority") == "5",
            "BadPriority",
        ),
        (
            of("apns-collapse-id").len() <= MAX_COLLAPSE_ID_BYTES,
            "BadCollapseId",
        ),
        (!of("apns-topic").is_empty(), "MissingTopic"),
        (of("apns-topic") == account.topic, "TopicDisallowed"),
        (
            request.token.len() == 64 && request.token.bytes().all(|b| b.is_ascii_hexdigit()),
            "BadDeviceToken",
        ),
        // No app has registered it.
        (request.token.bytes().any(|b| b != b'0'), "BadDeviceToken"),
        (shown.is_some(), "PayloadEmpty"),
        (shown == Some(kind == "alert"), "InvalidPushType"),
    ];
    if let Some((_, reason)) = checks.into_iter().find(|(is_good, _)| !is_good) {
        return refuse(400, reason);
    }
    match request.body.len() > MAX_PAYLOAD_BYTES {
        true => refuse(413, "PayloadTooLarge"),
        false => None,
    }
}

/// Whether there is something to show; `None` if it is no payload.
fn is_shown(body: &[u8]) -> Option<bool> {
    let body: Value = serde_json::from_slice(body).ok()?;
    Some(body.get("aps")?.get("alert").is_some())
}

fn bearer(value: &str, account: &ApnsAccount) -> Result<(), &'static str> {
    let token = value
        .strip_prefix("bearer ")
        .ok_or("MissingProviderToken")?;
    const WRONG: &str = "InvalidProviderToken";
    let head = decode_header(token).map_err(|_| WRONG)?;
    if head.kid.as_deref() != Some(&*account.key_id) || head.alg != Algorithm::ES256 {
        return Err(WRONG);
    }
    let key = DecodingKey::from_ec_pem(account.public_key.as_bytes()).expect("our own key");
    let mut validation = Validation::new(Algorithm::ES256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_aud = false;
    let claims = decode::<Claims>(token, &key, &validation);
    let claims = claims.map_err(|_| WRONG)?.claims;
    let age = i64::try_from(now_us() / 1_000_000).expect("this century") - claims.iat;
    match claims.iss == account.team_id {
        false => Err(WRONG),
        true if age > TOKEN_LIFE_S => Err("ExpiredProviderToken"),
        true => Ok(()),
    }
}
