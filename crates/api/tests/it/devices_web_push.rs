//! Subscriptions of browsers, registered as devices.

use serde_json::{Value, json};

use crate::devices::{devices, put};
use crate::support::TestApi;

const P256DH: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

fn browser() -> Value {
    json!({"kind": "web_push", "endpoint": "https://push.example.com/send/abc", "p256dh": P256DH, "auth": AUTH})
}

#[tokio::test]
async fn a_browser_is_registered_and_refreshed() {
    let api = TestApi::new().await;
    let first = put(&api, &browser()).await;
    assert_eq!(first.status, 201, "{}", first.text);
    let device = first.json();
    assert_eq!(
        (&device["kind"], &device["platform"]),
        (&json!("web_push"), &json!("web"))
    );
    assert_eq!(device["value"], "https://push.example.com…");
    // Some libraries write the padding.
    let mut padded = browser();
    padded["auth"] = json!(format!("{AUTH}=="));
    padded["platform"] = json!("ios");
    let again = put(&api, &padded).await;
    assert_eq!(again.status, 200, "{}", again.text);
    assert_eq!(again.json()["id"], device["id"]);
    assert_eq!(again.json()["platform"], "ios");
    assert_eq!(devices(&api, "acme", "u1").await.len(), 1);
}

#[tokio::test]
async fn what_no_browser_gives_out_is_refused() {
    let api = TestApi::new().await;
    put(&api, &json!({"kind": "web_push"})).await.names_wrong(&[
        ("/endpoint", "required"),
        ("/p256dh", "required"),
        ("/auth", "required"),
    ]);
    let long = format!("https://push.example.com/{}", "x".repeat(768));
    for (field, value, code) in [
        (
            "endpoint",
            json!("http://push.example.com/send/abc"),
            "invalid",
        ),
        ("endpoint", json!("push.example.com"), "invalid"),
        (
            "endpoint",
            json!("https://me:secret@push.example.com/"),
            "invalid",
        ),
        ("endpoint", json!("https://"), "invalid"),
        ("endpoint", json!(long), "invalid"),
        ("endpoint", json!(7), "wrong_type"),
        ("p256dh", json!(AUTH), "invalid"),
        ("p256dh", json!("!"), "invalid"),
        ("auth", json!(P256DH), "invalid"),
        ("auth", json!(""), "invalid"),
        ("platform", json!("windows"), "unknown_value"),
        ("value", json!("token"), "contradictory"),
    ] {
        let mut body = browser();
        body[field] = value.clone();
        let answer = put(&api, &body).await;
        answer.names_wrong(&[(format!("/{field}").as_str(), code)]);
    }
    let mut token = json!({"kind": "token", "value": "t", "platform": "web"});
    token["endpoint"] = json!("https://push.example.com/");
    put(&api, &token)
        .await
        .names_wrong(&[("/endpoint", "contradictory")]);
    assert!(devices(&api, "acme", "u1").await.is_empty());
}
