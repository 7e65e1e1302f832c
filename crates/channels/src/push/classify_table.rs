//! Provider replies and what they mean, one a row.

use campanile_domain::Blame;

use super::*;

/// Status, `Retry-After`, body; kind, code, blame, wish and floor in seconds.
type Row = (
    u16,
    Option<&'static str>,
    &'static str,
    OutcomeKind,
    &'static str,
    Blame,
    Option<u64>,
    Option<u64>,
);

/// An error with FCM's own name, as FCM writes it.
macro_rules! fcm {
    ($code:literal, $status:literal, $name:literal $(, $more:literal)?) => {
        concat!(
            r#"{"error":{"code":"#, $code, r#","message":"m","status":""#, $status,
            r#"","details":[{"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError","errorCode":""#,
            $name, r#""}"#, $(",", $more,)? "]}}"
        )
    };
}

/// One without.
macro_rules! google {
    ($status:literal $(, $more:literal)?) => {
        concat!(r#"{"error":{"code":0,"message":"m","status":""#, $status, r#"","details":["#, $($more,)? "]}}")
    };
}

const HTML: &str = "<!DOCTYPE html><title>Error</title>";

#[rustfmt::skip]
const ROWS: &[Row] = {
    use Blame::{Account, Addressee};
    use OutcomeKind::{AddressGone, Ambiguous, Delivered, Misconfigured, Rejected, Retry};
    &[
        (200, None, r#"{"name":"projects/p/messages/0:1"}"#, Delivered, "200", Addressee, None, None),
        (200, Some("30"), r#"{"name":"projects/p/messages/0:1"}"#, Delivered, "200", Addressee, None, None),
        (200, None, r#"{"name":""}"#, Ambiguous, "200", Account, None, Some(10)),
        (200, None, "{}", Ambiguous, "200", Account, None, Some(10)),
        (200, None, "", Ambiguous, "200", Account, None, Some(10)),
        (200, None, HTML, Ambiguous, "200", Account, None, Some(10)),
        (204, None, "", Ambiguous, "204", Account, None, Some(10)),
        (404, None, fcm!(404, "NOT_FOUND", "UNREGISTERED"), AddressGone, "UNREGISTERED", Addressee, None, None),
        (400, None, fcm!(400, "INVALID_ARGUMENT", "UNREGISTERED"), AddressGone, "UNREGISTERED", Addressee, None, None),
        (400, None, fcm!(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT"), Rejected, "INVALID_ARGUMENT", Addressee, None, None),
        (400, None, fcm!(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", r#"{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"message.token","description":"Invalid registration token"}]}"#), AddressGone, "INVALID_ARGUMENT", Addressee, None, None),
        (400, None, fcm!(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", r#"{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"message.fid"}]}"#), AddressGone, "INVALID_ARGUMENT", Addressee, None, None),
        (400, None, fcm!(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", r#"{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"message.data[0].value"}]}"#), Rejected, "INVALID_ARGUMENT", Addressee, None, None),
        (400, None, google!("INVALID_ARGUMENT", r#"{"@type":"type.googleapis.com/google.rpc.BadRequest","fieldViolations":[{"field":"message.android.ttl"}]}"#), Rejected, "INVALID_ARGUMENT", Addressee, None, None),
        (400, None, HTML, Rejected, "400", Addressee, None, None),
        (403, None, fcm!(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH"), Rejected, "SENDER_ID_MISMATCH", Addressee, None, None),
        (403, None, google!("PERMISSION_DENIED"), Misconfigured, "PERMISSION_DENIED", Account, None, None),
        (403, None, HTML, Misconfigured, "403", Account, None, None),
        (401, None, google!("UNAUTHENTICATED"), Misconfigured, "UNAUTHENTICATED", Account, None, None),
        (401, None, "", Misconfigured, "401", Account, None, None),
        (401, None, fcm!(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"), Misconfigured, "THIRD_PARTY_AUTH_ERROR", Account, None, None),
        (429, None, fcm!(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"), Retry, "QUOTA_EXCEEDED", Account, None, Some(60)),
        (429, Some("37"), fcm!(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"), Retry, "QUOTA_EXCEEDED", Account, Some(37), Some(10)),
        (429, Some("86400"), fcm!(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"), Retry, "QUOTA_EXCEEDED", Account, Some(86_400), Some(10)),
        (429, None, fcm!(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", r#"{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"subject":"device:x","description":"Device message rate exceeded"}]}"#), Retry, "QUOTA_EXCEEDED", Addressee, None, Some(60)),
        (429, None, google!("RESOURCE_EXHAUSTED"), Retry, "RESOURCE_EXHAUSTED", Account, None, Some(60)),
        (429, None, "", Retry, "429", Account, None, Some(60)),
        (503, None, fcm!(503, "UNAVAILABLE", "UNAVAILABLE"), Retry, "UNAVAILABLE", Account, None, Some(10)),
        (503, Some("120"), fcm!(503, "UNAVAILABLE", "UNAVAILABLE"), Retry, "UNAVAILABLE", Account, Some(120), Some(10)),
        (503, Some("Sun, 06 Nov 1994 08:50:37 GMT"), google!("UNAVAILABLE"), Retry, "UNAVAILABLE", Account, Some(60), Some(10)),
        (503, Some("soon"), google!("UNAVAILABLE"), Retry, "UNAVAILABLE", Account, None, Some(10)),
        (503, None, "", Ambiguous, "503", Account, None, Some(10)),
        (503, Some("5"), HTML, Ambiguous, "503", Account, Some(5), Some(10)),
        (500, None, fcm!(500, "INTERNAL", "INTERNAL"), Retry, "INTERNAL", Account, None, Some(10)),
        (500, None, fcm!(500, "INTERNAL", "UNSPECIFIED_ERROR"), Retry, "INTERNAL", Account, None, Some(10)),
        (500, None, HTML, Ambiguous, "500", Account, None, Some(10)),
        (502, None, HTML, Ambiguous, "502", Account, None, Some(10)),
        (502, None, google!("UNAVAILABLE"), Ambiguous, "UNAVAILABLE", Account, None, Some(10)),
        (504, None, google!("DEADLINE_EXCEEDED"), Ambiguous, "DEADLINE_EXCEEDED", Account, None, Some(10)),
        (404, None, google!("NOT_FOUND"), Rejected, "NOT_FOUND", Addressee, None, None),
        (404, None, HTML, Misconfigured, "404", Account, None, None),
        (413, None, "", Rejected, "413", Addressee, None, None),
        (302, None, "", Retry, "302", Account, None, Some(10)),
    ]
};

#[test]
fn every_answer_has_one_meaning() {
    // A minute before the date above.
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
    for (status, wish, body, kind, code, blame, retry_after, floor) in ROWS.iter().copied() {
        let given = StatusCode::from_u16(status).expect("a status");
        let wish = wish.map(|wish| wish.parse().expect("a header"));
        let headers = wish
            .map(|wish| (reqwest::header::RETRY_AFTER, wish))
            .into_iter()
            .collect();
        let outcome = classify(given, &headers, body.as_bytes(), now);
        let seconds = |wait: Option<Duration>| wait.map(|wait| wait.as_secs());
        let seen = (outcome.kind, outcome.code.as_str(), outcome.blame);
        assert_eq!(seen, (kind, code, blame), "{status} {body}");
        let waits = (seconds(outcome.retry_after), seconds(outcome.floor));
        assert_eq!(waits, (retry_after, floor), "{status} {body}");
        assert!(
            !outcome.detail.contains("registration token"),
            "{}",
            outcome.detail
        );
    }
    assert!(ROWS.len() >= 25);
}

#[test]
fn a_call_without_an_answer_is_ambiguous_only_once_it_left() {
    use OutcomeKind::{Ambiguous, Misconfigured, Retry};
    for (broken, kind, floor) in [
        (Failure::Forbidden, Misconfigured, None),
        (Failure::Unusable, Misconfigured, None),
        (Failure::Dns, Retry, Some(FLOOR)),
        (Failure::ConnectTimeout, Retry, Some(FLOOR)),
        (Failure::Connect, Retry, Some(FLOOR)),
        (Failure::Timeout, Ambiguous, Some(FLOOR)),
        (Failure::Lost, Ambiguous, Some(FLOOR)),
    ] {
        let outcome = failure("endpoint", broken);
        assert_eq!((outcome.kind, outcome.floor), (kind, floor), "{broken:?}");
    }
}
