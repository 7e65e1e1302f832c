//! Webhooks of any shape, signed and not.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{created, inbox, send};
use crate::support::{Answer, TestApi};

fn issues() -> Value {
    json!({"kind": "webhook", "name": "Errors", "recipients": ["u1"], "mapping": {
        "title": "/issue/title", "body": "/issue/culprit", "link": "/issue/url", "priority": "/issue/level",
        "group": "/issue/id", "status": "/action", "resolved": "closed"}})
}

fn issue(action: &str) -> String {
    json!({"action": action, "issue": {"id": 7, "title": "It broke", "culprit": "main", "level": "error",
        "url": "https://errors.example.com/7"}})
    .to_string()
}

#[tokio::test]
async fn a_mapping_says_where_the_parts_are() {
    let api = TestApi::new().await;
    let made = created(&api, issues()).await;
    let path = format!("/ingest/{}", made["key"].as_str().unwrap());
    for (action, unread) in [("opened", 1), ("reopened", 1), ("closed", 0)] {
        let answer = send(&api, "POST", &path, &[], issue(action)).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let inbox = inbox(&api, "u1").await;
        let count = inbox.iter().filter(|one| one["is_read"] == false).count();
        assert_eq!(count, unread, "{action}");
        assert_eq!(inbox[0]["title"], "It broke");
        assert_eq!(inbox[0]["body"], "main");
        assert_eq!(inbox[0]["link"], "https://errors.example.com/7");
        assert_eq!(inbox[0]["content"]["payload"]["issue"]["id"], 7);
    }
    assert_eq!(inbox(&api, "u1").await.len(), 2);
}

#[tokio::test]
async fn the_same_webhook_id_is_sent_once() {
    let api = TestApi::new().await;
    let made = created(&api, issues()).await;
    let path = format!("/ingest/{}", made["key"].as_str().unwrap());
    let first = send(
        &api,
        "POST",
        &path,
        &[("webhook-id", "m1")],
        issue("opened"),
    )
    .await
    .json();
    send(
        &api,
        "POST",
        &path,
        &[("webhook-id", "m2")],
        issue("reopened"),
    )
    .await;
    let again = send(
        &api,
        "POST",
        &path,
        &[("webhook-id", "m1")],
        issue("opened"),
    )
    .await
    .json();
    assert_eq!(again["repeated"], true);
    assert_eq!(again["notifications"], first["notifications"]);
    let inbox = inbox(&api, "u1").await;
    let read: Vec<_> = inbox.iter().map(|one| one["is_read"] == true).collect();
    assert_eq!(read, [false, true], "a repetition closes nothing newer");
}

#[tokio::test]
async fn a_signed_address_takes_only_signed_calls() {
    let api = TestApi::new().await;
    let mut new = issues();
    new["signed"] = json!(true);
    let made = created(&api, new).await;
    assert_eq!(made["address"]["signed"], true);
    let secret = made["secret"]
        .as_str()
        .unwrap()
        .strip_prefix("whsec_")
        .unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, &STANDARD.decode(secret).unwrap());
    let path = format!("/ingest/{}", made["key"].as_str().unwrap());
    let body = issue("opened");
    let call = async |at: i64, signed: &str| -> Answer {
        let at = at.to_string();
        let signature = hmac::sign(&key, format!("m1.{at}.{signed}").as_bytes());
        let signature = format!("v1,{}", STANDARD.encode(signature));
        let headers = [
            ("webhook-id", "m1"),
            ("webhook-timestamp", &*at),
            ("webhook-signature", &*signature),
        ];
        send(&api, "POST", &path, &headers, body.clone()).await
    };
    let now = chrono::Utc::now().timestamp();
    for (at, signed) in [(now, "{}"), (now - 400, &*body), (now + 400, &*body)] {
        call(at, signed).await.is_problem(401, "unauthenticated");
    }
    send(&api, "POST", &path, &[], body.clone())
        .await
        .is_problem(401, "unauthenticated");
    assert!(inbox(&api, "u1").await.is_empty());
    assert_eq!(call(now, &body).await.status, 200);
    assert_eq!(inbox(&api, "u1").await.len(), 1);
}

#[tokio::test]
async fn a_server_without_a_master_key_makes_no_secret() {
    let api = TestApi::with_rules(campanile_api::identity::CallRates::default()).await;
    let mut new = issues();
    new["signed"] = json!(true);
    let token = crate::support::operator("acme");
    let request = crate::support::send_json("POST", super::ADDRESSES, &token, new.to_string());
    api.call(request).await.is_problem(409, "not_configured");
}
