//! Two users of a tenant become one, from the request to the end.

use campanile_pipeline::merge_step;
use campanile_storage_contract::fixture::now;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Answer, TestApi, message, operator, send_json, service, token, user};

const MERGE: &str = "/api/v1/admin/users/u1/merge";

async fn merge(api: &TestApi, body: Value) -> Answer {
    let call = send_json("POST", MERGE, &operator("acme"), body.to_string());
    api.call(call).await
}

#[tokio::test]
async fn a_user_is_merged_into_another_one() {
    let api = TestApi::new().await;
    let details = json!({"email": "u1@example.com"}).to_string();
    let details = send_json("PUT", "/api/v1/users/u1", &service("acme"), details);
    assert_eq!(api.call(details).await.status, 200);
    let device = json!({"kind": "token", "value": "a", "platform": "web"}).to_string();
    let device = send_json("POST", "/api/v1/devices", &user("acme", "u1"), device);
    assert_eq!(api.call(device).await.status, 201);
    for recipients in [&["u1", "alice"][..], &["u1"]] {
        assert_eq!(api.post(message(recipients).to_string()).await.status, 202);
    }
    // Both inboxes are cached now.
    for (who, count) in [("u1", 2), ("alice", 1)] {
        let inbox = api.get("/api/v1/notifications", &user("acme", who)).await;
        assert_eq!(inbox.json()["total"], count);
    }
    let begun = merge(&api, json!({"into": "alice"})).await;
    assert_eq!(begun.status, 202, "{}", begun.text);
    let begun = begun.json();
    assert_eq!(
        (
            &begun["user_id"],
            &begun["into"],
            &begun["stage"],
            &begun["total"]
        ),
        (&json!("u1"), &json!("alice"), &json!("history"), &json!(2))
    );
    assert_eq!(begun["ended_at"], Value::Null);
    let again = merge(&api, json!({"into": "alice"})).await;
    assert_eq!((again.status.as_u16(), again.json()), (202, begun));
    let other = merge(&api, json!({"into": "bob"})).await;
    other.is_problem(409, "merge_running");
    let after = now() + TimeDelta::minutes(5);
    while merge_step(api.storage.as_ref(), after)
        .await
        .unwrap()
        .stepped
        .is_some()
    {}
    let shown = api.get(MERGE, &operator("acme")).await.json();
    assert_eq!(
        (&shown["stage"], &shown["notifications"]),
        (&json!("done"), &json!(2))
    );
    assert_eq!(shown["devices"], 1);
    assert!(shown["ended_at"].is_string());

    let alice = api
        .get("/api/v1/users/alice", &service("acme"))
        .await
        .json();
    assert_eq!(alice["email"], "u1@example.com");
    let gone = api.get("/api/v1/users/u1", &service("acme")).await;
    gone.is_problem(404, "user_not_found");
    let log = api
        .get("/api/v1/admin/audit-log", &operator("acme"))
        .await
        .json();
    let entry = &log["entries"][0];
    assert_eq!(
        (&entry["action"], &entry["target"]),
        (&json!("user.merge"), &json!("user/u1"))
    );
    assert_eq!(entry["after"], json!({"into": "alice"}));
}

#[tokio::test]
async fn nonsense_is_refused() {
    let api = TestApi::new().await;
    merge(&api, json!({"into": "alice"}))
        .await
        .is_problem(404, "user_not_found");
    assert_eq!(api.post(message(&["u1"]).to_string()).await.status, 202);
    for (body, code) in [
        (json!({"into": "alice"}), "unknown_value"),
        (json!({"into": "u1"}), "contradictory"),
        (json!({}), "required"),
    ] {
        let refused = merge(&api, body).await;
        refused.is_problem(422, "validation_failed");
        assert_eq!(
            refused.json()["errors"][0]["code"],
            code,
            "{}",
            refused.text
        );
        assert_eq!(refused.json()["errors"][0]["field"], "/into");
    }
    let none = api.get(MERGE, &operator("acme")).await;
    none.is_problem(404, "merge_not_found");
    let call = send_json("POST", MERGE, &token("acme", "u1", "inbox"), "{}");
    api.call(call).await.is_problem(403, "insufficient_scope");
}
