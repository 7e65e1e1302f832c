//! What `PUT /api/v1/users/{user_id}` takes and what it names as wrong.

use serde_json::json;

use crate::support::{TestApi, send_json, service};
use crate::users::{path, put, show};

#[tokio::test]
async fn every_wrong_field_is_named() {
    let api = TestApi::new().await;
    let body = json!({
        "email": ["a@example.com"], "locale": "de DE", "timezone": "Mars/Base",
        "attributes": "{}", "user_id": "u1", "phone": "1",
    });
    put(&api, "u1", &body).await.names_wrong(&[
        ("/email", "wrong_type"),
        ("/locale", "invalid"),
        ("/timezone", "invalid"),
        ("/attributes", "wrong_type"),
        ("/phone", "unknown_field"),
        ("/user_id", "unknown_field"),
    ]);
    for body in [json!([]), json!(null), json!("x"), json!(7)] {
        let answer = put(&api, "u1", &body).await;
        answer.names_wrong(&[("", "wrong_type")]);
    }
    show(&api, "u1").await.is_problem(404, "user_not_found");
}

#[tokio::test]
async fn only_the_bare_address_of_one_mailbox_is_taken() {
    let api = TestApi::new().await;
    for email in [
        "",
        "example.com",
        "a@b@example.com",
        "\"a@b\"@example.com",
        "a@example.com,b@example.com",
        "a@example.com\r\nBcc: b@example.com",
        "a@example.com\nb",
        "a\u{0}@example.com",
        "friends:a@example.com;",
        "Zoe <a@example.com>",
        "a(comment)@example.com",
        "zoë@example.com",
        "a@localhost",
        "a@[127.0.0.1]",
        &format!("{}@example.com", "a".repeat(288)),
    ] {
        let answer = put(&api, "u1", &json!({"email": email})).await;
        answer.names_wrong(&[("/email", "invalid")]);
        assert!(email.is_empty() || !answer.text.contains(email), "{email}");
    }
    let idn = put(&api, "u1", &json!({"email": "info@MÜNCHEN.example"})).await;
    assert_eq!(idn.json()["email"], "info@xn--mnchen-3ya.example");
}

#[tokio::test]
async fn attributes_are_a_bounded_object() {
    let api = TestApi::new().await;
    let filled = |bytes: usize| json!({"attributes": {"a": "x".repeat(bytes - 8)}});
    assert_eq!(put(&api, "u1", &filled(16 * 1024)).await.status, 200);
    for (attributes, code) in [
        (filled(16 * 1024 + 1)["attributes"].clone(), "too_long"),
        (json!({"a": "\u{0}"}), "control_character"),
        (json!({"a": [{"\u{0}": 1}]}), "control_character"),
        (json!([]), "wrong_type"),
        (json!(1), "wrong_type"),
    ] {
        let answer = put(&api, "u1", &json!({"attributes": attributes})).await;
        answer.names_wrong(&[("/attributes", code)]);
    }
}

#[tokio::test]
async fn what_is_no_json_is_malformed() {
    let api = TestApi::new().await;
    let deep = format!(r#"{{"attributes": {}"#, r#"{"a":"#.repeat(100_000));
    for body in ["", "{", &deep[..200_000]] {
        let request = send_json("PUT", &path("u1"), &service("acme"), body.to_owned());
        api.call(request).await.is_problem(400, "malformed_request");
    }
}
