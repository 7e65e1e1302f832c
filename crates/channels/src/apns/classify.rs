//! What an answer of Apple's push service means: its own reason counts first, then the status.
//!
//! Source: <https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns>, read on
//! 2026-11-30.

use std::time::{Duration, SystemTime};

use campanile_domain::{Blame, Outcome, OutcomeKind};
use chrono::DateTime;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::Deserialize;

use crate::outbound::{Failure, retry_after};

/// The code of a token that has expired.
pub(super) const EXPIRED: &str = "ExpiredProviderToken";
/// The code of a key that Apple restricts to another environment.
pub(super) const OTHER_ENVIRONMENT: &str = "BadEnvironmentKeyIdInToken";
/// Stands in every answer of Apple's: anything else may answer 200.
const APNS_ID: &str = "apns-id";

/// Where Apple names no wait.
const FLOOR: Duration = Duration::from_secs(10);
const TOO_MANY_FLOOR: Duration = Duration::from_secs(60);

const KEY: &str = "Apple does not accept the account's key; check key_id, team_id, private_key and whether the key was revoked.";
const CLOCK: &str = "Apple says that a new token has expired; check the clock of this machine.";
const TOPIC: &str =
    "The account's key may not send to this app; check topics and the team of the key.";
const ENVIRONMENT: &str = "The account's key is not valid in the environment of this device: Apple restricts it to another one.";
const ENDPOINT: &str = "The endpoint is not Apple's push service; check endpoint.";

#[derive(Deserialize)]
struct Refusal {
    reason: String,
    /// Milliseconds since 1970.
    timestamp: Option<i64>,
}

/// Reads one whole answer. Pure: `now` is only for a `Retry-After` that is a date.
pub(crate) fn classify(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    now: SystemTime,
) -> Outcome {
    let refusal: Option<Refusal> = serde_json::from_slice(body).ok();
    let outcome = match refusal {
        _ if status == StatusCode::OK => taken(headers),
        Some(refusal) => named(status, &refusal),
        None => bare(status),
    };
    waiting(outcome, || retry_after(headers, now))
}

fn taken(headers: &HeaderMap) -> Outcome {
    match headers.contains_key(APNS_ID) {
        true => Outcome::new(
            OutcomeKind::Delivered,
            "200",
            "Apple's push service accepted the message.",
        ),
        false => Outcome::new(
            OutcomeKind::Ambiguous,
            "200",
            "The response reports success but is not one of Apple's push service.",
        ),
    }
}

/// With Apple's own reason.
fn named(status: StatusCode, refusal: &Refusal) -> Outcome {
    use OutcomeKind::{AddressGone, Misconfigured, Rejected, Retry};
    let (kind, code, detail) = match &*refusal.reason {
        "Unregistered" => (
            AddressGone,
            "Unregistered",
            "The app is no longer installed on the device.",
        ),
        "ExpiredToken" => (
            AddressGone,
            "ExpiredToken",
            "The device's token has expired.",
        ),
        "BadDeviceToken" => (
            AddressGone,
            "BadDeviceToken",
            "Apple does not know the device's token in this environment.",
        ),
        "DeviceTokenNotForTopic" => (
            Rejected,
            "DeviceTokenNotForTopic",
            "The device's token belongs to another app.",
        ),
        "TopicDisallowed" => (Rejected, "TopicDisallowed", TOPIC),
        "BadTopic" => (Rejected, "BadTopic", TOPIC),
        OTHER_ENVIRONMENT => (Rejected, OTHER_ENVIRONMENT, ENVIRONMENT),
        EXPIRED => (Misconfigured, EXPIRED, CLOCK),
        "InvalidProviderToken" => (Misconfigured, "InvalidProviderToken", KEY),
        "MissingProviderToken" => (Misconfigured, "MissingProviderToken", KEY),
        "UnrelatedKeyIdInToken" => (Misconfigured, "UnrelatedKeyIdInToken", KEY),
        "Forbidden" => (Misconfigured, "Forbidden", KEY),
        "PayloadTooLarge" => (
            Rejected,
            "PayloadTooLarge",
            "The message is too large for Apple's push service.",
        ),
        "TooManyRequests" => (
            Retry,
            "TooManyRequests",
            "Too many messages were sent to this device for now.",
        ),
        "TooManyProviderTokenUpdates" => (
            Retry,
            "TooManyProviderTokenUpdates",
            "The account's tokens were renewed too often for now.",
        ),
        "IdleTimeout" => (
            Retry,
            "IdleTimeout",
            "The connection was idle for too long.",
        ),
        "InternalServerError" => (Retry, "InternalServerError", UNAVAILABLE),
        "ServiceUnavailable" => (Retry, "ServiceUnavailable", UNAVAILABLE),
        "Shutdown" => (Retry, "Shutdown", UNAVAILABLE),
        // A reason of which nothing is known; it may be anything, so it is not repeated.
        other => return unknown(status, known(other)),
    };
    let outcome = Outcome::new(kind, code, detail);
    match code {
        "Unregistered" | "ExpiredToken" => {
            outcome.as_of(refusal.timestamp.and_then(DateTime::from_timestamp_millis))
        }
        "DeviceTokenNotForTopic" => outcome.detaching(),
        // Users bring devices of both environments, and one app of several may be wrong; all of them in a row may not.
        "TopicDisallowed" | "BadTopic" | OTHER_ENVIRONMENT => outcome.blamed_on(Blame::Unclear),
        "TooManyRequests" => outcome.of_addressee(),
        EXPIRED => outcome.remedied_by(CLOCK),
        _ if kind == Misconfigured => outcome.remedied_by(KEY),
        _ => outcome,
    }
}

const UNAVAILABLE: &str = "Apple's push service is unavailable for now.";

/// Reasons that blame a request of ours.
fn known(reason: &str) -> Option<&'static str> {
    const OURS: [&str; 10] = [
        "BadCollapseId",
        "BadExpirationDate",
        "BadMessageId",
        "BadPath",
        "BadPriority",
        "DuplicateHeaders",
        "InvalidPushType",
        "MissingDeviceToken",
        "MissingTopic",
        "PayloadEmpty",
    ];
    OURS.into_iter().find(|known| *known == reason)
}

fn unknown(status: StatusCode, reason: Option<&'static str>) -> Outcome {
    let outcome = match status.as_u16() {
        404 | 405 => bare(status),
        400..=499 if status.as_u16() != 429 => Outcome::new(
            OutcomeKind::Rejected,
            status.as_str(),
            "Apple's push service rejected the message.",
        ),
        _ => bare(status),
    };
    Outcome {
        code: reason.map_or(outcome.code, str::to_owned),
        ..outcome
    }
}

/// Without: a proxy's page, nothing at all, or something that is not Apple's.
fn bare(status: StatusCode) -> Outcome {
    use OutcomeKind::{AddressGone, Ambiguous, Misconfigured, Rejected, Retry};
    let (kind, detail) = match status.as_u16() {
        410 => (AddressGone, "The app is no longer installed on the device."),
        400 | 413 => (Rejected, "Apple's push service rejected the message."),
        401 | 403 => (Misconfigured, KEY),
        408 => (
            Retry,
            "Apple's push service did not receive the request in time.",
        ),
        429 => (Retry, "Apple's push service has too many messages for now."),
        503 => (Retry, UNAVAILABLE),
        300..=499 => (Misconfigured, ENDPOINT),
        _ => (
            Ambiguous,
            "The response is not from Apple's push service; it is unknown whether the message was accepted.",
        ),
    };
    let outcome = Outcome::new(kind, status.as_str(), detail);
    match kind {
        Misconfigured => outcome.remedied_by(detail),
        _ => outcome,
    }
}

/// By how far a call came that got no answer.
pub(crate) fn failure(failure: Failure) -> Outcome {
    use OutcomeKind::{Ambiguous, Misconfigured, Retry};
    let (kind, detail) = match failure {
        Failure::Forbidden => (
            Misconfigured,
            "The endpoint is not on the public internet (CAMPANILE_ALLOW_PRIVATE_NETWORKS).",
        ),
        Failure::Unusable => (Misconfigured, "The endpoint is not a valid URL."),
        Failure::Dns => (
            Retry,
            "The host name of Apple's push service cannot be resolved.",
        ),
        Failure::ConnectTimeout => (
            Retry,
            "Apple's push service did not accept the connection in time.",
        ),
        Failure::Connect => (
            Retry,
            "No connection to Apple's push service: it was refused, or TLS failed.",
        ),
        Failure::Timeout => (Ambiguous, "Apple's push service did not answer in time."),
        Failure::Lost => (
            Ambiguous,
            "The connection closed before Apple's push service answered.",
        ),
    };
    waiting(Outcome::new(kind, failure.code(), detail), || None)
}

/// The stored address is none that an app can have registered.
pub(super) fn invalid_address() -> Outcome {
    let detail = "The address is not a device of Apple's push service.";
    Outcome::new(OutcomeKind::AddressGone, "invalid_address", detail)
}

/// The device's app is none of the account's.
pub(super) fn other_app() -> Outcome {
    let detail = "The device registered an app that is not among the account's topics.";
    Outcome::new(OutcomeKind::Rejected, "unknown_topic", detail).detaching()
}

/// Adds how long to wait at least, where waiting helps.
fn waiting(outcome: Outcome, wish: impl FnOnce() -> Option<Duration>) -> Outcome {
    if !matches!(outcome.kind, OutcomeKind::Retry | OutcomeKind::Ambiguous) {
        return outcome;
    }
    let retry_after = wish();
    let has_too_many = outcome.code.starts_with("TooMany") || outcome.code == "429";
    let floor = match retry_after {
        None if has_too_many => TOO_MANY_FLOOR,
        _ => FLOOR,
    };
    Outcome {
        retry_after,
        floor: Some(floor),
        ..outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_gone_since_a_moment() {
        let of = |body: &str| {
            let (status, headers) = (StatusCode::GONE, HeaderMap::new());
            classify(status, &headers, body.as_bytes(), SystemTime::UNIX_EPOCH).address_as_of
        };
        let since = of(r#"{"reason":"Unregistered","timestamp":1800000000123}"#);
        let since = since.expect("a moment");
        assert_eq!(since.timestamp_millis(), 1_800_000_000_123);
        assert_eq!(of(r#"{"reason":"Unregistered"}"#), None);
        assert_eq!(of(""), None);
        let never = of(r#"{"reason":"Unregistered","timestamp":9223372036854775807}"#);
        assert_eq!(never, None, "no such moment");
    }
}
