//! What an answer means.

use std::time::SystemTime;

use campanile_domain::{Outcome, OutcomeKind};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;

use crate::outbound::{Failure, retry_after};

/// By status: the receiver took it, is gone for good, or may take it later.
pub(crate) fn classify(status: StatusCode, headers: &HeaderMap, now: SystemTime) -> Outcome {
    let (kind, detail) = match status {
        _ if status.is_success() => (OutcomeKind::Delivered, "The receiver accepted the webhook."),
        StatusCode::GONE => (
            OutcomeKind::AddressGone,
            "The receiver answered that it is permanently gone.",
        ),
        _ if status.is_redirection() => (
            OutcomeKind::Retry,
            "The receiver answered with a redirect; redirects are not followed.",
        ),
        _ => (
            OutcomeKind::Retry,
            "The receiver did not accept the webhook.",
        ),
    };
    Outcome {
        retry_after: if kind == OutcomeKind::Retry {
            retry_after(headers, now)
        } else {
            None
        },
        ..Outcome::new(kind, status.as_str(), detail)
    }
}

/// By how far the call came: before the request left nothing can have arrived; afterwards it is unknown.
pub(crate) fn failure(failure: Failure) -> Outcome {
    let (kind, detail) = match failure {
        Failure::Forbidden => return forbidden(),
        Failure::Unusable => return invalid_url("it is not a valid URL"),
        Failure::Dns => (
            OutcomeKind::Retry,
            "The receiver's host name cannot be resolved.",
        ),
        Failure::ConnectTimeout => (
            OutcomeKind::Retry,
            "The receiver did not accept the connection in time.",
        ),
        Failure::Connect => (
            OutcomeKind::Retry,
            "No connection to the receiver: it was refused, or TLS failed.",
        ),
        Failure::Timeout => (
            OutcomeKind::Ambiguous,
            "The receiver did not answer in time.",
        ),
        Failure::Lost => (
            OutcomeKind::Ambiguous,
            "The connection closed before the receiver answered.",
        ),
    };
    Outcome::new(kind, failure.code(), detail)
}

/// The guard refused.
pub(super) fn forbidden() -> Outcome {
    let detail = "The address is not on the public internet (CAMPANILE_ALLOW_PRIVATE_NETWORKS).";
    Outcome::new(OutcomeKind::Rejected, "address_forbidden", detail)
}

/// The stored address is none.
pub(super) fn invalid_url(why: &str) -> Outcome {
    Outcome::new(
        OutcomeKind::Rejected,
        "invalid_url",
        format!("The webhook's address: {why}."),
    )
}
