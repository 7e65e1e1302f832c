//! Short stories from end to end.

use axum::body::Body;
use serde_json::json;

use crate::support::{TestApi, delete, message, operator, post, send_json, service, user};

#[tokio::test]
async fn what_is_sent_is_listed_counted_and_explained() {
    let api = TestApi::new().await;
    assert_eq!(api.get("/readyz", "").await.status, 200);
    let mut body = message(&["u1", "u2"]);
    body["title"] = json!("Grüße \u{1f514}");
    let sent = api.post(body.to_string()).await;
    assert_eq!(sent.status, 202, "{}", sent.text);

    let page = api
        .get("/api/v1/notifications", &user("acme", "u1"))
        .await
        .json();
    assert_eq!(page["total"], 1);
    let line = &page["notifications"][0];
    assert_eq!(line["id"], sent.json()["notifications"][0]["id"]);
    assert_eq!(line["title"], body["title"]);
    assert_eq!(line["content"], body["content"]);
    let count = api
        .get("/api/v1/notifications/count", &user("acme", "u1"))
        .await;
    assert_eq!(count.text, r#"{"count":1}"#);

    let path = format!(
        "/api/v1/notifications/{}/timeline",
        line["id"].as_str().unwrap()
    );
    let story = api.get(&path, &service("acme")).await;
    assert_eq!(story.status, 200, "{}", story.text);
    assert_eq!(story.json()["deliveries"][0]["channel"], "in_app");
    api.get(&path, &service("other"))
        .await
        .is_problem(404, "notification_not_found");
    let foreign = api.get("/api/v1/notifications", &user("other", "u1")).await;
    assert_eq!(foreign.json()["total"], 0);
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repeat() {
    let api = TestApi::new().await;
    for _ in 0..5 {
        assert_eq!(api.post(message(&["u1"]).to_string()).await.status, 202);
    }
    let (mut seen, mut path) = (Vec::new(), "/api/v1/notifications?limit=2".to_owned());
    loop {
        let page = api.get(&path, &user("acme", "u1")).await.json();
        let lines = page["notifications"].as_array().unwrap();
        seen.extend(lines.iter().map(|line| line["id"].to_string()));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/v1/notifications?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen.len(), 5);
    assert!(seen.is_sorted_by(|newer, older| newer > older));
}

#[tokio::test]
async fn a_key_is_answered_again() {
    let api = TestApi::new().await;
    let call = async |users: &[&str]| {
        let request = post(&service("acme"))
            .header("idempotency-key", "k")
            .body(Body::from(message(users).to_string()));
        api.call(request.unwrap()).await
    };
    let (first, again) = (call(&["u1"]).await, call(&["u1"]).await);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.text, first.text);
    call(&["u2"])
        .await
        .is_problem(422, "idempotency_key_reused");
}

#[tokio::test]
async fn devices_are_kept_moved_and_removed() {
    let api = TestApi::new().await;
    let put = async |tenant: &str, id: &str| {
        let body = json!({"kind": "token", "value": "shared-token", "platform": "android",
            "app_version": "1", "locale": "en", "timezone": "UTC"});
        let token = user(tenant, id);
        let request = send_json("POST", "/api/v1/devices", &token, body.to_string());
        api.call(request).await
    };
    let list = async |tenant: &str, id: &str| {
        let answer = api.get("/api/v1/devices", &user(tenant, id)).await;
        answer.json()["devices"].as_array().unwrap().clone()
    };
    let (first, again) = (put("acme", "u1").await, put("acme", "u1").await);
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 200));
    assert_eq!(first.json()["id"], again.json()["id"]);
    assert_eq!(list("acme", "u1").await, [again.json()]);
    assert_eq!(put("other", "u1").await.status, 201);
    let moved = put("acme", "u2").await;
    assert_eq!(moved.status, 201, "{}", moved.text);
    assert!(list("acme", "u1").await.is_empty());
    assert_eq!(list("other", "u1").await.len(), 1);

    let path = moved.header("location").unwrap();
    for (tenant, id) in [("other", "u2"), ("acme", "u1")] {
        let answer = api.call(delete(path, &user(tenant, id))).await;
        answer.is_problem(404, "device_not_found");
    }
    let answer = api.call(delete(path, &user("acme", "u2"))).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
}

#[tokio::test]
async fn users_are_kept_replaced_and_erased() {
    let api = TestApi::new().await;
    let put = async |body: serde_json::Value| {
        let request = send_json(
            "PUT",
            "/api/v1/users/zo%C3%AB",
            &service("acme"),
            body.to_string(),
        );
        api.call(request).await
    };
    let full = json!({"email": "info@münchen.example", "locale": "de", "timezone": "UTC",
        "attributes": {"ü": [1.5, null, "\u{1f514}"]}});
    let first = put(full.clone()).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let path = "/api/v1/users/zo%C3%AB";
    let shown = api.get(path, &service("acme")).await;
    assert_eq!(shown.json(), first.json());
    assert_eq!(shown.json()["user_id"], "zoë");
    assert_eq!(shown.json()["attributes"], full["attributes"]);
    let again = put(json!({})).await;
    assert_eq!(again.status, 200, "{}", again.text);
    assert_eq!(again.json()["created_at"], first.json()["created_at"]);
    assert_eq!(again.json()["email"], serde_json::Value::Null);

    api.get(path, &service("other"))
        .await
        .is_problem(404, "user_not_found");
    assert_eq!(api.post(message(&["zoë"]).to_string()).await.status, 202);
    for (tenant, status) in [("other", 404), ("acme", 204), ("acme", 404)] {
        let answer = api.call(delete(path, &operator(tenant))).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
    }
    let inbox = api.get("/api/v1/notifications", &user("acme", "zoë")).await;
    assert_eq!(inbox.json()["total"], 0);
}
