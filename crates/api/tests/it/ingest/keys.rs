//! Addresses and their keys: created, listed, revoked, limited.

use std::time::Duration;

use serde_json::{Value, json};

use super::{ADDRESSES, address, created, inbox, send};
use crate::support::{Fault, TestApi, delete, operator, send_json};

const JSON: (&str, &str) = ("content-type", "application/json");
const BODY: &str = r#"{"body": "Hello"}"#;

fn backups() -> Value {
    json!({"kind": "apprise", "name": "Backups", "recipients": ["u1"], "notification_type": "backup",
        "priority": "low", "channels": ["in_app"], "rate_limit": "5/m"})
}

#[tokio::test]
async fn an_address_is_created_listed_and_revoked() {
    let api = TestApi::new().await;
    let made = created(&api, backups()).await;
    let key = made["key"].as_str().unwrap();
    assert!(key.starts_with("cmi_acme_"), "{key}");
    assert_eq!(made["secret"], Value::Null);
    let list = api.get(ADDRESSES, &operator("acme")).await;
    let listed = list.json()["ingest_addresses"].clone();
    assert_eq!(listed, json!([made["address"]]));
    assert!(!list.text.contains(&key[10..]), "the key is shown once");
    for (name, value) in [
        ("kind", json!("apprise")),
        ("path", json!("/notify/{key}")),
        ("recipients", json!(["u1"])),
        ("topic", json!(null)),
        ("notification_type", json!("backup")),
        ("priority", json!("low")),
        ("channels", json!(["in_app"])),
        ("rate_limit", json!("5/m burst 5")),
        ("revoked_at", json!(null)),
    ] {
        assert_eq!(listed[0][name], value, "{name}");
    }
    let path = format!("/notify/{key}");
    let sent = send(&api, "POST", &path, &[JSON], BODY).await;
    assert_eq!(sent.status, 200, "{}", sent.text);
    let one = &inbox(&api, "u1").await[0];
    assert_eq!(one["notification_type"], "backup");
    assert_eq!(one["title"], "Backups");
    assert_eq!(one["body"], "Hello");

    let id = made["address"]["id"].as_str().unwrap();
    let one = format!("{ADDRESSES}/{id}");
    assert_eq!(api.call(delete(&one, &operator("acme"))).await.status, 204);
    let again = api.call(delete(&one, &operator("acme"))).await;
    again.is_problem(404, "ingest_address_not_found");
    let listed = api.get(ADDRESSES, &operator("acme")).await.json();
    assert!(listed["ingest_addresses"][0]["revoked_at"].is_string());
}

#[tokio::test(start_paused = true)]
async fn a_revoked_key_is_refused_within_five_seconds() {
    let api = TestApi::new().await;
    let made = created(&api, backups()).await;
    let path = format!("/notify/{}", made["key"].as_str().unwrap());
    assert_eq!(send(&api, "POST", &path, &[JSON], BODY).await.status, 200);
    let asked = api.storage.calls(&["ingest_address"]);
    assert_eq!(send(&api, "POST", &path, &[JSON], BODY).await.status, 200);
    assert_eq!(
        api.storage.calls(&["ingest_address"]),
        asked,
        "it is remembered"
    );
    let one = format!("{ADDRESSES}/{}", made["address"]["id"].as_str().unwrap());
    assert_eq!(api.call(delete(&one, &operator("acme"))).await.status, 204);
    tokio::time::sleep(Duration::from_millis(5_001)).await;
    let refused = send(&api, "POST", &path, &[JSON], BODY).await;
    assert_eq!(refused.status, 401, "{}", refused.text);
    assert_eq!(inbox(&api, "u1").await.len(), 2);
}

#[tokio::test]
async fn what_is_no_key_in_use_is_refused() {
    let api = TestApi::new().await;
    let key = address(&api, backups()).await;
    let other = key.replace("cmi_acme_", "cmi_other_");
    let mut typo = key.clone();
    typo.replace_range(20..21, if &key[20..21] == "x" { "y" } else { "x" });
    let asked = api.storage.calls(&["ingest_address"]);
    for wrong in ["x", &typo, &other, "cmi_acme_"] {
        let path = format!("/notify/{wrong}");
        let refused = send(&api, "POST", &path, &[JSON], BODY).await;
        assert_eq!(refused.status, 401, "{wrong}");
        assert_eq!(refused.json()["code"], "unauthenticated");
        assert!(refused.header("www-authenticate").is_some());
    }
    assert_eq!(
        api.storage.calls(&["ingest_address"]),
        asked,
        "none is looked up"
    );
    let none = send(&api, "POST", "/notify", &[JSON], BODY).await;
    assert_eq!(none.status, 401);
    // The key of another protocol.
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", &*bearer)];
    let refused = send(&api, "PUT", "/ntfy/attic", &headers, "Fire").await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    assert!(inbox(&api, "u1").await.is_empty());
}

#[tokio::test]
async fn an_address_has_a_limit_of_calls() {
    let api = TestApi::new().await;
    let mut limited = backups();
    limited["rate_limit"] = json!("2/m");
    let first = address(&api, limited.clone()).await;
    let second = address(&api, limited).await;
    for key in [&first, &second] {
        for n in 0..3 {
            let sent = send(&api, "POST", &format!("/notify/{key}"), &[JSON], BODY).await;
            let status = if n < 2 { 200 } else { 429 };
            assert_eq!(sent.status, status, "{}", sent.text);
            assert_eq!(sent.header("ratelimit-limit"), Some("2"));
            assert_eq!(sent.header("retry-after").is_some(), n == 2);
        }
    }
}

#[tokio::test]
async fn while_the_database_is_away_callers_are_told_to_come_again() {
    let api = TestApi::new().await;
    let key = address(&api, backups()).await;
    let path = format!("/notify/{key}");
    api.storage.break_call("ingest_address", Fault::Error);
    let refused = send(&api, "POST", &path, &[JSON], BODY).await;
    assert_eq!(refused.status, 503, "{}", refused.text);
    assert!(refused.header("retry-after").is_some());
}

#[tokio::test]
async fn a_wrong_address_is_refused_with_every_wrong_field() {
    let api = TestApi::new().await;
    let body = json!({"kind": "apprise", "name": "n", "mapping": {}, "rate_limit": "x"});
    let request = send_json("POST", ADDRESSES, &operator("acme"), body.to_string());
    api.call(request).await.names_wrong(&[
        ("/rate_limit", "invalid"),
        ("/recipients", "required"),
        ("/mapping", "contradictory"),
    ]);
}
