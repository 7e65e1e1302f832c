//! What `POST /api/v1/devices` takes and what it names as wrong.

use serde_json::{Value, json};

use crate::devices::{PATH, devices, phone, put};
use crate::support::{TestApi, send_json, user};

#[tokio::test]
async fn every_wrong_field_is_named() {
    let api = TestApi::new().await;
    put(&api, &json!({})).await.names_wrong(&[
        ("/kind", "required"),
        ("/value", "required"),
        ("/platform", "required"),
    ]);
    put(
        &api,
        &json!({
            "kind": "sms", "value": 7, "platform": null, "app_version": "1\r\n2",
            "locale": "de DE", "timezone": "Mars/Base", "user_id": "u2", "a/b": 1,
        }),
    )
    .await
    .names_wrong(&[
        ("/kind", "unknown_value"),
        ("/value", "wrong_type"),
        ("/app_version", "control_character"),
        ("/locale", "invalid"),
        ("/timezone", "invalid"),
        ("/platform", "required"),
        ("/a~1b", "unknown_field"),
        ("/user_id", "unknown_field"),
    ]);
    for body in ["[]", "null", "\"token\"", "7"] {
        let request = send_json("POST", PATH, &user("acme", "u1"), body);
        api.call(request).await.names_wrong(&[("", "wrong_type")]);
    }
    assert!(devices(&api, "acme", "u1").await.is_empty());
}

#[tokio::test]
async fn each_fields_bounds_are_kept() {
    let api = TestApi::new().await;
    let with = |field: &str, value: Value| {
        let mut body = phone("t1");
        body[field] = value;
        body
    };
    for (field, value, code) in [
        ("value", json!(""), "invalid"),
        ("value", json!("a b"), "invalid"),
        ("value", json!("a\"b"), "invalid"),
        ("value", json!("a\u{0}"), "invalid"),
        ("value", json!("tökén"), "invalid"),
        ("value", json!("x".repeat(1_025)), "invalid"),
        ("kind", json!(["token"]), "wrong_type"),
        ("kind", json!("Token"), "unknown_value"),
        ("platform", json!("windows"), "unknown_value"),
        ("platform", json!({}), "wrong_type"),
        ("app_version", json!(""), "too_short"),
        ("app_version", json!("9".repeat(65)), "too_long"),
        ("app_version", json!("4\u{0}"), "control_character"),
        ("app_version", json!(4.2), "wrong_type"),
        ("locale", json!(""), "invalid"),
        ("locale", json!(true), "wrong_type"),
        ("timezone", json!("+25:00"), "invalid"),
        ("timezone", json!("../etc/passwd"), "invalid"),
        ("timezone", json!(2), "wrong_type"),
    ] {
        let answer = put(&api, &with(field, value)).await;
        answer.names_wrong(&[(format!("/{field}").as_str(), code)]);
    }
    for (field, value) in [
        ("value", json!("x".repeat(1_024))),
        ("app_version", json!("9".repeat(64))),
        ("app_version", Value::Null),
        ("locale", Value::Null),
        ("timezone", json!("UTC")),
    ] {
        let answer = put(&api, &with(field, value)).await;
        assert!(answer.status.is_success(), "{field}: {}", answer.text);
    }
}

#[tokio::test]
async fn what_is_no_json_is_malformed() {
    let api = TestApi::new().await;
    for body in [
        "",
        "{",
        r#"{"kind": "token", "value": "t", "platform": "web"}}"#,
    ] {
        let request = send_json("POST", PATH, &user("acme", "u1"), body);
        api.call(request).await.is_problem(400, "malformed_request");
    }
}
