//! Replies that mean harm: long, deep, with texts where codes should be.

use campanile_domain::OutcomeKind;
use campanile_recipes::{REPLY_BYTES, Reply};
use http::{HeaderMap, StatusCode};
use serde_json::json;

use crate::support::{now, recipe};

fn outcome(name: &str, status: u16, body: &[u8]) -> campanile_domain::Outcome {
    let status = StatusCode::from_u16(status).expect("a status");
    let headers = HeaderMap::new();
    recipe(name).classify(
        &Reply {
            status,
            headers: &headers,
            body,
        },
        now(),
    )
}

#[test]
fn a_reply_that_is_too_long_is_not_read() {
    let body = json!({"ok": true, "padding": "x".repeat(REPLY_BYTES)}).to_string();
    assert_eq!(
        outcome("slack", 200, body.as_bytes()).kind,
        OutcomeKind::Ambiguous
    );
    let body = json!({"ok": true, "padding": "x".repeat(REPLY_BYTES / 2)}).to_string();
    assert_eq!(
        outcome("slack", 200, body.as_bytes()).kind,
        OutcomeKind::Delivered
    );
}

#[test]
fn a_reply_that_is_too_deep_is_no_json() {
    let deep = format!("{}{}", "[".repeat(30_000), "]".repeat(30_000));
    assert_eq!(
        outcome("telegram", 200, deep.as_bytes()).kind,
        OutcomeKind::Ambiguous
    );
}

#[test]
fn nothing_private_is_kept_of_any_reply() {
    let private = [
        "zoe@example.com",
        "Bahnhofstrasse 7, 8001 Zürich",
        "+49 171 2345678",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ6b2UifQ.c2ln",
        "https://relay.example/why?user=zoe",
        "APA91bHun4MxP5egoKMwt2KZFBaFUH",
    ];
    for recipe in campanile_recipes::all() {
        for text in private {
            let body = json!({
                "ok": false, "error": text, "code": text, "errorCode": text, "description": text, "message": text,
                "error_code": text, "errors": [text], "id": text, "status": text,
            });
            let nested = json!({"error": {"code": text, "status": text, "message": text}});
            for body in [body.to_string(), nested.to_string(), text.to_owned()] {
                for status in [200, 302, 400, 401, 403, 404, 410, 422, 429, 500, 503] {
                    let outcome = outcome(&recipe.name, status, body.as_bytes());
                    let kept = format!("{} {}", outcome.code, outcome.detail);
                    for word in text.split([' ', ',']).filter(|word| word.len() > 3) {
                        assert!(!kept.contains(word), "{}: {word} in {kept}", recipe.name);
                    }
                }
            }
        }
    }
}

#[test]
fn waits_without_sense_are_no_wish() {
    for wait in [
        json!(-1),
        json!("NaN"),
        json!(null),
        json!([1]),
        json!({"a": 1}),
        json!(true),
        json!("soon"),
    ] {
        let body = json!({"retry_after": wait}).to_string();
        assert_eq!(
            outcome("discord", 429, body.as_bytes()).retry_after,
            None,
            "{body}"
        );
    }
    let body = br#"{"retry_after": 1e300}"#;
    assert_eq!(outcome("discord", 429, body).retry_after, None);
}
