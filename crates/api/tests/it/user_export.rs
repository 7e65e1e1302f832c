//! Everything that is stored about a person is handed out, and nothing of anyone else.

use campanile_domain::{AddressFate, Channel, DeliveryState, TenantId, TopicKey, UserId};
use campanile_storage::Topics;
use campanile_storage_contract::address_book::gone;
use campanile_storage_contract::fixture::{finished, now};
use serde_json::{Value, json};

use crate::support::{
    TestApi, delete, make_reachable, message, operator, send_json, service, token, user, work,
};

const PATH: &str = "/api/v1/admin/users/u1/export";

fn lines(text: &str) -> Vec<Value> {
    assert!(text.ends_with('\n'), "{text}");
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn kinds(lines: &[Value]) -> Vec<&str> {
    lines
        .iter()
        .map(|line| line["kind"].as_str().unwrap())
        .collect()
}

async fn put(api: &TestApi, path: &str, token: &str, body: &Value) {
    let answer = api
        .call(send_json("PUT", path, token, body.to_string()))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

#[tokio::test]
async fn an_export_has_everything_of_a_user() {
    let api = TestApi::new().await;
    make_reachable(&api, "acme").await;
    let details = r#"{"email": "u1@example.com", "attributes": {"n":1.50}}"#;
    let details = send_json("PUT", "/api/v1/users/u1", &service("acme"), details);
    assert_eq!(api.call(details).await.status, 200);
    let chat = json!({"channel": "slack", "address": "U024BE7LH"}).to_string();
    let chat = send_json("POST", "/api/v1/users/u1/addresses", &service("acme"), chat);
    assert_eq!(api.call(chat).await.status, 201);
    let choices = json!({"push_notifications": false});
    put(
        &api,
        "/api/v1/notifications/preferences",
        &user("acme", "u1"),
        &choices,
    )
    .await;
    let subscribers = json!({"user_ids": ["u1", "u2"]});
    put(
        &api,
        "/api/v1/topics/news/subscribers",
        &service("acme"),
        &subscribers,
    )
    .await;
    let address = json!({"kind": "apprise", "name": "Backups", "recipients": ["u1"]}).to_string();
    let path = "/api/v1/admin/ingest-addresses";
    assert_eq!(
        api.call(send_json("POST", path, &operator("acme"), address))
            .await
            .status,
        201
    );
    for recipients in [&["u1", "u2"][..], &["u1"]] {
        assert_eq!(api.post(message(recipients).to_string()).await.status, 202);
    }
    let acme = TenantId::parse("acme").unwrap();
    work(api.storage.as_ref(), &acme, Channel::Email, |job| {
        finished(job, DeliveryState::Sent)
    })
    .await;
    let listed = json!({"addresses": ["U1@example.com"], "reason": "complaint"}).to_string();
    let path = "/api/v1/admin/suppressions";
    assert_eq!(
        api.call(send_json("POST", path, &operator("acme"), listed))
            .await
            .status,
        200
    );
    let inbox = api
        .get("/api/v1/notifications", &user("acme", "u1"))
        .await
        .json();
    let newest = inbox["notifications"][0]["id"].as_str().unwrap();
    let one = format!("/api/v1/notifications/{newest}");
    assert_eq!(
        api.call(delete(&one, &user("acme", "u1"))).await.status,
        200
    );

    let answer = api.get(PATH, &operator("acme")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("content-type"), Some("application/x-ndjson"));
    let found = lines(&answer.text);
    let expected = [
        "user",
        "suppression",
        "device",
        "address",
        "preferences",
        "ingest_address",
        "topic",
        "notification",
        "notification",
        "end",
    ];
    assert_eq!(kinds(&found), expected);
    assert!(
        answer.text.contains(r#""attributes":{"n":1.50}"#),
        "as it was written"
    );
    assert!(!answer.text.contains("u2"), "{}", answer.text);
    assert_eq!(found[0]["email"], "u1@example.com");
    assert_eq!(found[1]["reason"], "complaint");
    assert_eq!(found[2]["value"], "a");
    assert_eq!(found[3]["address"], "U024BE7LH");
    assert_eq!(found[4]["preferences"], choices);
    assert_eq!(found[5]["name"], "Backups");
    assert_eq!(found[6]["topic"], "news");
    assert_eq!(found[7]["deliveries"][0]["address"], "u1@example.com");
    assert_eq!(found[7]["deliveries"][0]["attempts"][0]["code"], "200");
    assert_eq!(
        (&found[7]["deleted_at"], &found[8]["id"]),
        (&Value::Null, &json!(newest))
    );
    assert!(found[8]["deleted_at"].is_string());

    let log = api
        .get("/api/v1/admin/audit-log", &operator("acme"))
        .await
        .json();
    assert_eq!(log["entries"][0]["action"], "user.export");
    assert_eq!(log["entries"][0]["target"], "user/u1");
}

#[tokio::test]
async fn a_long_export_comes_in_pages_and_each_is_recorded() {
    let api = TestApi::new().await;
    let mut sent = message(&["u1"]);
    sent["content"] = json!({"text": "x".repeat(30_000)});
    for _ in 0..45 {
        assert_eq!(api.post(sent.to_string()).await.status, 202);
    }
    let (mut found, mut after, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let answer = api.get(&format!("{PATH}{after}"), &operator("acme")).await;
        assert_eq!(answer.status, 200);
        assert!(answer.text.len() < 1_200_000, "{}", answer.text.len());
        pages += 1;
        found.extend(lines(&answer.text));
        let last = found.last().unwrap();
        if last["kind"] == "end" {
            break;
        }
        after = format!("?after={}", last["id"].as_str().unwrap());
    }
    assert_eq!((found.len(), pages), (46, 2));
    let ids: std::collections::BTreeSet<_> =
        found.iter().map(|one| one["id"].to_string()).collect();
    assert_eq!(ids.len(), 46, "each once");
    let log = api
        .get(
            "/api/v1/admin/audit-log?action=user.export",
            &operator("acme"),
        )
        .await
        .json();
    assert_eq!(log["entries"].as_array().unwrap().len(), pages);
}

#[tokio::test]
async fn only_an_admin_exports_and_only_who_is_known() {
    let api = TestApi::new().await;
    let unknown = api.get(PATH, &operator("acme")).await;
    unknown.is_problem(404, "user_not_found");
    make_reachable(&api, "acme").await;
    api.get(PATH, &operator("other"))
        .await
        .is_problem(404, "user_not_found");
    for scope in ["admin:read", "notifications:send", "deliveries:write"] {
        let refused = api.get(PATH, &token("acme", "ann", scope)).await;
        refused.is_problem(403, "insufficient_scope");
    }
    let wrong = api.get(&format!("{PATH}?after=x"), &operator("acme")).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text);
}

/// However many there are, no page is longer than others.
#[tokio::test]
async fn topics_come_in_pages_too() {
    let api = TestApi::new().await;
    let acme = TenantId::parse("acme").unwrap();
    let users = [UserId::parse("u1").unwrap()];
    // A line of a topic has some 300 bytes.
    let many = 4_000;
    for n in 0..many {
        let topic = TopicKey::parse(&format!("t{n:0>127}")).unwrap();
        let subscribed = api.storage.subscribe(&acme, &topic, &users, now());
        subscribed.await.unwrap();
    }
    let (mut found, mut after, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let answer = api.get(&format!("{PATH}{after}"), &operator("acme")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.text.len() < 1_100_000, "{}", answer.text.len());
        pages += 1;
        found.extend(lines(&answer.text));
        let last = found.last().unwrap();
        if last["kind"] == "end" {
            break;
        }
        after = format!("?after={}", last["id"].as_str().unwrap());
    }
    assert_eq!(pages, 2);
    let names: std::collections::BTreeSet<_> =
        found.iter().map(|one| one["topic"].to_string()).collect();
    assert_eq!((found.len(), names.len()), (many + 1, many + 1));
}

#[tokio::test]
async fn an_address_that_bounced_before_is_exported() {
    let api = TestApi::new().await;
    make_reachable(&api, "acme").await;
    assert_eq!(api.post(message(&["u1"]).to_string()).await.status, 202);
    let acme = TenantId::parse("acme").unwrap();
    work(api.storage.as_ref(), &acme, Channel::Email, |job| {
        gone(job, AddressFate::Gone)
    })
    .await;
    let details = r#"{"email": "new@example.com"}"#;
    let details = send_json("PUT", "/api/v1/users/u1", &service("acme"), details);
    assert_eq!(api.call(details).await.status, 200);
    let answer = api.get(PATH, &operator("acme")).await;
    let found = lines(&answer.text);
    assert_eq!(found[0]["email"], "new@example.com");
    assert_eq!(
        (&found[1]["kind"], &found[1]["address"]),
        (&json!("suppression"), &json!("u1@example.com"))
    );
}
