//! What a push service's answer means (RFC 8030 and RFC 8292, and what the services of browsers add to them).

use std::time::{Duration, SystemTime};

use campanile_domain::{Outcome, OutcomeKind};
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde::Deserialize;

use crate::outbound::{Failure, retry_after};

/// Where a service names no wait.
const FLOOR: Duration = Duration::from_secs(10);
const TOO_MANY_FLOOR: Duration = Duration::from_secs(60);

/// Apple's reason for a subscription that was made with another key.
const OTHER_KEY: &str = "VapidPkHashMismatch";

const KEY: &str = "The push service rejected the account's key or subject, or the subscription belongs to another key.";
const TOKEN: &str = "The push service does not accept the account's token: it checks the subject, the key and the clock.";

#[derive(Deserialize)]
struct Refusal {
    reason: String,
}

/// Reads one answer. Pure: `now` is only for a `Retry-After` that is a date. Of the body, only Apple's `reason` is read.
///
/// Sources: RFC 8030, section 7.2; RFC 8292, section 4.2; <https://mozilla-push-service.readthedocs.io/en/latest/http/>;
/// <https://developer.apple.com/documentation/usernotifications/sending-web-push-notifications-in-web-apps-and-browsers>.
pub(crate) fn classify(
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    now: SystemTime,
) -> Outcome {
    use OutcomeKind::{AddressGone, Ambiguous, Delivered, Rejected, Retry};
    let reason = serde_json::from_slice::<Refusal>(body).ok();
    let reason = reason.map(|refusal| refusal.reason);
    let is_of_other_key = match (status.as_u16(), reason.as_deref()) {
        (400 | 403, Some(reason)) => reason == OTHER_KEY,
        // A 403 without a JSON `reason`: push services other than Apple use it for a subscription of another key.
        (403, None) => true,
        _ => false,
    };
    let (kind, detail) = match status.as_u16() {
        // It was made with another key: only that browser can subscribe anew.
        400 | 403 if is_of_other_key => (
            Rejected,
            "The subscription belongs to another key than the account's.",
        ),
        200..=299 => (Delivered, "The push service accepted the message."),
        404 | 410 => (AddressGone, "The subscription does not exist any more."),
        // No fault of the account: users choose the service, and one that says this must not stop the others.
        401 => (Rejected, KEY),
        // Apple does not take the token, for reasons such as a subject that it cannot reach: no fault of the device.
        403 => (Rejected, TOKEN),
        413 => (
            Rejected,
            "The push service does not take messages of this size.",
        ),
        408 => (
            Retry,
            "The push service did not receive the request in time.",
        ),
        429 => (Retry, "The push service has too many messages for now."),
        300..=399 => (
            Rejected,
            "The push service answered with a redirect; redirects are not followed.",
        ),
        400..=499 => (Rejected, "The push service rejected the message."),
        502 | 504 => (
            Ambiguous,
            "The push service's gateway does not report whether the message was accepted.",
        ),
        _ => (Retry, "The push service is unavailable for now."),
    };
    let outcome = Outcome::new(kind, status.as_str(), detail);
    match is_of_other_key {
        true => outcome.detaching(),
        false => waiting(outcome, retry_after(headers, now)),
    }
}

/// The push service has as many calls as one of them may have.
pub(super) fn busy() -> Outcome {
    let detail = "Too many calls to this push service are waiting for its answers.";
    waiting(
        Outcome::new(OutcomeKind::Retry, "push_service_busy", detail),
        None,
    )
}

/// By how far a call came that got no answer. Whose address leads nowhere is to blame alone: users bring their
/// addresses, and one of them must not stop the account.
pub(crate) fn failure(failure: Failure) -> Outcome {
    use OutcomeKind::{Ambiguous, Rejected, Retry};
    let (kind, detail) = match failure {
        Failure::Forbidden => (
            Rejected,
            "The subscription leads to an address that is not on the public internet.",
        ),
        Failure::Unusable => return invalid_address(),
        Failure::Dns => (Retry, "The push service's host name cannot be resolved."),
        Failure::ConnectTimeout => (
            Retry,
            "The push service did not accept the connection in time.",
        ),
        Failure::Connect => (
            Retry,
            "No connection to the push service: it was refused, or TLS failed.",
        ),
        Failure::Timeout => (Ambiguous, "The push service did not answer in time."),
        Failure::Lost => (
            Ambiguous,
            "The connection closed before the push service answered.",
        ),
    };
    waiting(Outcome::new(kind, failure.code(), detail), None)
}

/// The stored address is no subscription, or nothing can be encrypted for it.
pub(super) fn invalid_address() -> Outcome {
    let detail = "The address is not a subscription to Web Push.";
    Outcome::new(OutcomeKind::AddressGone, "invalid_address", detail)
}

/// Adds how long to wait at least, where waiting helps. Each push service is another one, so none stops the account.
fn waiting(outcome: Outcome, wish: Option<Duration>) -> Outcome {
    if !matches!(outcome.kind, OutcomeKind::Retry | OutcomeKind::Ambiguous) {
        return outcome;
    }
    let floor = match wish {
        None if outcome.code == "429" => TOO_MANY_FLOOR,
        _ => FLOOR,
    };
    Outcome {
        retry_after: wish,
        floor: Some(floor),
        ..outcome.of_addressee()
    }
}

#[cfg(test)]
mod tests {
    use campanile_domain::{AddressFate, Blame};
    use reqwest::header::RETRY_AFTER;

    use super::*;

    #[test]
    fn each_answer_has_one_meaning() {
        use AddressFate::{Detached, Gone, Kept};
        use OutcomeKind::{AddressGone, Ambiguous, Delivered, Rejected, Retry};
        for (status, kind, address) in [
            (201, Delivered, Kept),
            (200, Delivered, Kept),
            (202, Delivered, Kept),
            (301, Rejected, Kept),
            (400, Rejected, Kept),
            (401, Rejected, Kept),
            (403, Rejected, Detached),
            (404, AddressGone, Gone),
            (410, AddressGone, Gone),
            (413, Rejected, Kept),
            (429, Retry, Kept),
            (500, Retry, Kept),
            (502, Ambiguous, Kept),
            (503, Retry, Kept),
        ] {
            let status = StatusCode::from_u16(status).expect("a status");
            let outcome = classify(status, &HeaderMap::new(), b"", SystemTime::UNIX_EPOCH);
            assert_eq!((outcome.kind, outcome.address), (kind, address), "{status}");
            // Whoever brings the address must not be able to stop the account.
            assert_ne!(outcome.blame, Blame::Account, "{status}");
        }
    }

    #[test]
    fn a_services_wish_is_kept() {
        let headers = [(RETRY_AFTER, "120".parse().expect("a header"))]
            .into_iter()
            .collect();
        let of = |status: u16, headers: &HeaderMap| {
            let status = StatusCode::from_u16(status).expect("a status");
            let outcome = classify(status, headers, b"", SystemTime::UNIX_EPOCH);
            let seconds = |wait: Option<Duration>| wait.map(|wait| wait.as_secs());
            (seconds(outcome.retry_after), seconds(outcome.floor))
        };
        assert_eq!(of(429, &headers), (Some(120), Some(10)));
        assert_eq!(of(429, &HeaderMap::new()), (None, Some(60)));
        assert_eq!(of(503, &headers), (Some(120), Some(10)));
        assert_eq!(of(410, &headers), (None, None));
    }

    #[test]
    fn an_address_that_leads_nowhere_stops_nobody_else() {
        for failed in [
            Failure::Dns,
            Failure::Connect,
            Failure::ConnectTimeout,
            Failure::Timeout,
            Failure::Lost,
        ] {
            assert_eq!(failure(failed).blame, Blame::Addressee, "{failed:?}");
        }
        assert_eq!(failure(Failure::Forbidden).kind, OutcomeKind::Rejected);
        assert_eq!(failure(Failure::Unusable).kind, OutcomeKind::AddressGone);
    }
}
