//! What an answer means. FCM's own name for an error counts first, then the status.

use std::time::{Duration, SystemTime};

use campanile_domain::{Blame, Outcome, OutcomeKind};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use super::reply::{ErrorBody, Refused, Taken};
use crate::outbound::{Failure, retry_after};

/// FCM asks for no first retry sooner.
const FLOOR: Duration = Duration::from_secs(10);
/// FCM's wait where a quota is used up and it names no other.
const QUOTA_FLOOR: Duration = Duration::from_secs(60);

/// Reads one whole answer. Pure: `now` is only for a `Retry-After` that is a date.
pub(crate) fn classify(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    now: SystemTime,
) -> Outcome {
    let outcome = if status.is_success() {
        taken(status, body)
    } else {
        let refused: Option<Refused> = serde_json::from_slice(body).ok();
        match &refused {
            Some(Refused { error }) => named(status, error),
            None => bare(status),
        }
    };
    waiting(outcome, || retry_after(headers, now))
}

/// A success counts only where FCM names the message it made: anything may answer 200.
fn taken(status: StatusCode, body: &[u8]) -> Outcome {
    match serde_json::from_slice::<Taken>(body) {
        Ok(taken) if !taken.name.is_empty() => Outcome::new(
            OutcomeKind::Delivered,
            status.as_str(),
            "FCM accepted the message.",
        ),
        _ => Outcome::new(
            OutcomeKind::Ambiguous,
            status.as_str(),
            "The response reports success but is not an FCM response.",
        ),
    }
}

/// With Google's error model.
fn named(status: StatusCode, error: &ErrorBody) -> Outcome {
    use OutcomeKind::{AddressGone, Ambiguous, Misconfigured, Rejected, Retry};
    let code = error.code().unwrap_or(status.as_str());
    let (kind, detail) = match (code, status.as_u16()) {
        ("UNREGISTERED", _) => (AddressGone, "The app is no longer installed on the device."),
        ("INVALID_ARGUMENT", _) if error.blames_target() || error.says_no_token() => {
            (AddressGone, "FCM does not know the address.")
        }
        ("INVALID_ARGUMENT", _) => (Rejected, "FCM rejected the message."),
        // The account's other calls may succeed, so this must not count for its breaker.
        ("SENDER_ID_MISMATCH", _) => (Rejected, "The address belongs to another Firebase project."),
        ("QUOTA_EXCEEDED" | "RESOURCE_EXHAUSTED", _) | (_, 429) => {
            (Retry, "FCM's quota is exhausted for now.")
        }
        ("THIRD_PARTY_AUTH_ERROR", _) => (Misconfigured, THIRD_PARTY),
        ("UNAUTHENTICATED", _) | (_, 401) => (Misconfigured, UNAUTHENTICATED),
        ("PERMISSION_DENIED", _) | (_, 403) => (Misconfigured, PERMISSION_DENIED),
        (_, 502 | 504) => (
            Ambiguous,
            "FCM's gateway does not report whether the message was accepted.",
        ),
        ("UNAVAILABLE" | "INTERNAL", _) | (_, 500 | 503) => (Retry, "FCM is unavailable for now."),
        (_, 408) => (Retry, "FCM did not accept the message."),
        (_, 500..) => (
            Ambiguous,
            "FCM does not report whether the message was accepted.",
        ),
        _ => (Rejected, "FCM rejected the message."),
    };
    let outcome = Outcome::new(kind, code, detail);
    match code {
        "SENDER_ID_MISMATCH" => outcome.detaching(),
        // It says nothing of what is sent to other platforms.
        "THIRD_PARTY_AUTH_ERROR" => Outcome {
            floor: Some(FLOOR),
            ..outcome.blamed_on(Blame::Platform).remedied_by(THIRD_PARTY)
        },
        _ if kind == Retry && error.limits_one_device() => outcome.of_addressee(),
        _ => outcome,
    }
}

/// Without: a proxy's page, nothing at all, or something that is not FCM.
fn bare(status: StatusCode) -> Outcome {
    use OutcomeKind::{Ambiguous, Misconfigured, Rejected, Retry};
    let (kind, detail) = match status.as_u16() {
        401 => (Misconfigured, UNAUTHENTICATED),
        403 => (Misconfigured, PERMISSION_DENIED),
        408 => (Retry, "FCM did not receive the request in time."),
        429 => (Retry, "FCM's quota is exhausted for now."),
        400 | 411 | 413 | 414 | 431 => (Rejected, "FCM could not parse the message."),
        300..=399 => (
            Retry,
            "FCM answered with a redirect; redirects are not followed.",
        ),
        400..=499 => (
            Misconfigured,
            "The endpoint is not FCM; check endpoint and project_id.",
        ),
        _ => (
            Ambiguous,
            "The response is not from FCM; it is unknown whether the message was accepted.",
        ),
    };
    Outcome::new(kind, status.as_str(), detail)
}

const THIRD_PARTY: &str = "The project's APNs key or Web Push key is missing or wrong; correct it in the Firebase console.";
const UNAUTHENTICATED: &str = "FCM rejected the access token; check client_email and private_key.";
const PERMISSION_DENIED: &str =
    "The service account may not send for this project; check project_id and the account's role.";

/// By how far a call came that got no answer. `field` holds the address that was called.
pub(crate) fn failure(field: &str, failure: Failure) -> Outcome {
    use OutcomeKind::{Ambiguous, Misconfigured, Retry};
    let (kind, detail) = match failure {
        Failure::Forbidden => (
            Misconfigured,
            "resolves to an address that is not on the public internet",
        ),
        Failure::Unusable => (Misconfigured, "is not a valid URL"),
        Failure::Dns => (Retry, "has a host name that cannot be resolved"),
        Failure::ConnectTimeout => (Retry, "did not accept the connection in time"),
        Failure::Connect => (
            Retry,
            "could not be connected to: the connection was refused, or TLS failed",
        ),
        Failure::Timeout => (Ambiguous, "did not answer in time"),
        Failure::Lost => (Ambiguous, "closed the connection before answering"),
    };
    waiting(
        Outcome::new(kind, failure.code(), format!("The {field} {detail}.")),
        || None,
    )
}

/// Adds how long to wait at least, where waiting helps.
pub(super) fn waiting(outcome: Outcome, wish: impl FnOnce() -> Option<Duration>) -> Outcome {
    if !matches!(outcome.kind, OutcomeKind::Retry | OutcomeKind::Ambiguous) {
        return outcome;
    }
    let retry_after = wish();
    let used_up = matches!(
        outcome.code.as_str(),
        "QUOTA_EXCEEDED" | "RESOURCE_EXHAUSTED" | "429"
    );
    let floor = match retry_after {
        None if used_up => QUOTA_FLOOR,
        _ => FLOOR,
    };
    Outcome {
        retry_after,
        floor: Some(floor),
        ..outcome
    }
}
