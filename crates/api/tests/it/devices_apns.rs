//! Apps on Apple's devices, registered without Firebase.

use serde_json::{Value, json};

use crate::devices::{devices, put};
use crate::support::TestApi;

const TOKEN: &str = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";

fn phone() -> Value {
    json!({"kind": "apns", "token": TOKEN, "topic": "com.example.app", "environment": "sandbox"})
}

#[tokio::test]
async fn an_app_is_registered_and_refreshed() {
    let api = TestApi::new().await;
    let first = put(&api, &phone()).await;
    assert_eq!(first.status, 201, "{}", first.text);
    let device = first.json();
    assert_eq!(
        (&device["kind"], &device["platform"], &device["value"]),
        (&json!("apns"), &json!("ios"), &json!("00fc13…"))
    );
    // However the app writes the digits, it is one device.
    let mut upper = phone();
    upper["token"] = json!(TOKEN.to_uppercase());
    let again = put(&api, &upper).await;
    assert_eq!(again.status, 200, "{}", again.text);
    assert_eq!(again.json()["id"], device["id"]);
    // The same token in the other environment is another address.
    let mut other = phone();
    other.as_object_mut().unwrap().remove("environment");
    assert_eq!(put(&api, &other).await.status, 201);
    assert_eq!(devices(&api, "acme", "u1").await.len(), 2);
}

#[tokio::test]
async fn what_no_app_gets_is_refused() {
    let api = TestApi::new().await;
    put(&api, &json!({"kind": "apns"}))
        .await
        .names_wrong(&[("/token", "required"), ("/topic", "required")]);
    for (field, value, code) in [
        ("token", json!(""), "invalid"),
        ("token", json!("abc"), "invalid"),
        ("token", json!("zz"), "invalid"),
        ("token", json!("0".repeat(202)), "invalid"),
        ("token", json!(7), "wrong_type"),
        ("topic", json!("com.example:app"), "invalid"),
        ("topic", json!("x".repeat(156)), "invalid"),
        ("environment", json!("test"), "unknown_value"),
        ("value", json!("t"), "contradictory"),
        (
            "endpoint",
            json!("https://push.example.com/"),
            "contradictory",
        ),
    ] {
        let mut body = phone();
        body[field] = value.clone();
        let answer = put(&api, &body).await;
        answer.names_wrong(&[(format!("/{field}").as_str(), code)]);
    }
    let mut token = json!({"kind": "token", "value": "t", "platform": "ios"});
    token["topic"] = json!("com.example.app");
    put(&api, &token)
        .await
        .names_wrong(&[("/topic", "contradictory")]);
    assert!(devices(&api, "acme", "u1").await.is_empty());
}
