//! What an answer means.

use std::time::SystemTime;

use campanile_domain::{Outcome, OutcomeKind};
use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode};

use crate::outbound::{Failure, retry_after};

/// By status: the receiver took it, is gone for good, or may take it later.
pub(super) fn answer(answer: &Response) -> Outcome {
    status(answer.status(), answer.headers(), SystemTime::now())
}

fn status(status: StatusCode, headers: &HeaderMap, now: SystemTime) -> Outcome {
    let (kind, detail) = match status {
        _ if status.is_success() => (OutcomeKind::Delivered, "The receiver took it."),
        StatusCode::GONE => (
            OutcomeKind::AddressGone,
            "The receiver says that it is gone for good.",
        ),
        _ if status.is_redirection() => (
            OutcomeKind::Retry,
            "The receiver points elsewhere; redirects are not followed.",
        ),
        _ => (OutcomeKind::Retry, "The receiver did not take it."),
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

/// By how far the call came: before the request left nothing can have arrived; afterwards nobody
/// can tell.
pub(super) fn failure(error: &reqwest::Error) -> Outcome {
    let failure = Failure::of(error);
    let (kind, detail) = match failure {
        Failure::Forbidden => return forbidden(),
        Failure::Unusable => return invalid_url("it cannot be called"),
        Failure::Dns => (
            OutcomeKind::Retry,
            "The receiver's name cannot be resolved.",
        ),
        Failure::ConnectTimeout => (
            OutcomeKind::Retry,
            "The receiver did not answer the connection in time.",
        ),
        Failure::Connect => (OutcomeKind::Retry, "No connection to the receiver."),
        Failure::Timeout => (
            OutcomeKind::Ambiguous,
            "The receiver did not answer in time.",
        ),
        Failure::Lost => (
            OutcomeKind::Ambiguous,
            "The connection ended before an answer.",
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

#[cfg(test)]
mod tests {
    use reqwest::header::RETRY_AFTER;

    use super::*;

    #[test]
    fn a_status_has_one_meaning() {
        use OutcomeKind::{AddressGone, Delivered, Retry};
        let retried = [301, 304, 400, 401, 404, 408, 413, 429, 500, 503, 599];
        let others = [
            (200, Delivered),
            (202, Delivered),
            (204, Delivered),
            (410, AddressGone),
        ];
        for (code, kind) in retried.map(|code| (code, Retry)).into_iter().chain(others) {
            let given = StatusCode::from_u16(code).expect("a status");
            let outcome = status(given, &HeaderMap::new(), SystemTime::now());
            assert_eq!((outcome.kind, outcome.code), (kind, code.to_string()));
        }
    }

    #[test]
    fn a_wish_counts_only_where_another_attempt_follows() {
        let headers = [(RETRY_AFTER, "30".parse().expect("a header"))]
            .into_iter()
            .collect();
        for (code, expected) in [
            (200, None),
            (302, Some(30)),
            (429, Some(30)),
            (503, Some(30)),
        ] {
            let given = StatusCode::from_u16(code).expect("a status");
            let wish = status(given, &headers, SystemTime::now()).retry_after;
            assert_eq!(wish.map(|wait| wait.as_secs()), expected, "{code}");
        }
    }
}
