//! The suppression list, as a tenant's operator keeps it.

use serde_json::{Value, json};

use crate::support::{Answer, TestApi, operator, send_json, token};

const PATH: &str = "/api/v1/admin/suppressions";

async fn call(api: &TestApi, method: &str, body: Value) -> Answer {
    let request = send_json(method, PATH, &operator("acme"), body.to_string());
    api.call(request).await
}

/// Addresses with type and reason, and where the list goes on.
async fn list(api: &TestApi, query: &str, tenant: &str) -> (Vec<Value>, Value) {
    let answer = api.get(&format!("{PATH}{query}"), &operator(tenant)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let page = answer.json();
    let entries = page["suppressions"].as_array().unwrap().iter();
    let told = |one: &Value| json!([one["address"], one["notification_type"], one["reason"]]);
    (entries.map(told).collect(), page["next_cursor"].clone())
}

#[tokio::test]
async fn addresses_are_added_listed_and_removed() {
    let api = TestApi::new().await;
    for (body, added) in [
        (
            json!({"addresses": ["Ada@Example.com", "bob@example.com"]}),
            2,
        ),
        (
            json!({"addresses": ["ada@example.com"], "reason": "complaint"}),
            0,
        ),
        (
            json!({"addresses": ["ada@example.com"], "notification_type": "news", "reason": "unsubscribe"}),
            1,
        ),
        (json!({"addresses": ["token:A"], "channel": "push"}), 1),
    ] {
        let answer = call(&api, "POST", body.clone()).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.text);
        assert_eq!(answer.json(), json!({"added": added}), "{body}");
    }
    let all = [
        json!(["ada@example.com", null, "manual"]),
        json!(["ada@example.com", "news", "unsubscribe"]),
        json!(["bob@example.com", null, "manual"]),
        json!(["token:A", null, "manual"]),
    ];
    assert_eq!(list(&api, "", "acme").await, (all.to_vec(), Value::Null));
    let (first, cursor) = list(&api, "?limit=3", "acme").await;
    assert_eq!(first, all[..3]);
    let rest = format!("?limit=3&cursor={}", cursor.as_str().unwrap());
    let (rest, end) = list(&api, &rest, "acme").await;
    assert_eq!((&*rest, end), (&all[3..], Value::Null));
    assert_eq!(
        list(&api, "?address=ADA@example.com", "acme").await.0,
        all[..2]
    );
    assert_eq!(list(&api, "?channel=push", "acme").await.0, all[3..]);
    assert!(list(&api, "", "other").await.0.is_empty());

    let entry = json!({"address": "Ada@example.com"});
    assert_eq!(call(&api, "DELETE", entry.clone()).await.status, 204);
    let again = call(&api, "DELETE", entry).await;
    again.is_problem(404, "suppression_not_found");
    assert_eq!(list(&api, "", "acme").await.0, all[1..]);
}

#[tokio::test]
async fn an_import_is_stored_as_a_whole_or_not_at_all() {
    let api = TestApi::new().await;
    let addresses = |count: usize| -> Vec<String> {
        (0..count)
            .map(|one| format!("u{one}@example.com"))
            .collect()
    };
    let answer = call(&api, "POST", json!({"addresses": addresses(1_000)})).await;
    assert_eq!(answer.json(), json!({"added": 1_000}));
    let more = call(&api, "POST", json!({"addresses": addresses(1_001)})).await;
    assert_eq!(more.status, 422, "{}", more.text);
    let mut one_wrong = vec!["new@example.com".to_owned()];
    one_wrong.push("nobody".to_owned());
    let refused = call(&api, "POST", json!({"addresses": one_wrong})).await;
    refused.names_wrong(&[("/addresses/1", "invalid")]);
    assert!(
        list(&api, "?address=new@example.com", "acme")
            .await
            .0
            .is_empty()
    );
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let api = TestApi::new().await;
    for (method, body, field, code) in [
        ("POST", json!({}), "addresses", "required"),
        (
            "POST",
            json!({"addresses": ["a@example.com"], "channel": "pigeon"}),
            "channel",
            "unknown_value",
        ),
        (
            "POST",
            json!({"addresses": ["a@example.com"], "reason": "dislike"}),
            "reason",
            "unknown_value",
        ),
        (
            "POST",
            json!({"addresses": ["https://a/"], "channel": "webhook"}),
            "addresses/0",
            "invalid",
        ),
        ("DELETE", json!({"address": "a"}), "address", "invalid"),
        (
            "DELETE",
            json!({"address": "A", "channel": "push"}),
            "address",
            "invalid",
        ),
    ] {
        let answer = call(&api, method, body.clone()).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.text);
        answer.names_wrong(&[(&format!("/{field}"), code)]);
    }
    assert!(list(&api, "", "acme").await.0.is_empty());
    let viewer = token("acme", "u1", "admin:read");
    assert_eq!(api.get(PATH, &viewer).await.status, 200);
    let body = json!({"addresses": ["a@example.com"]}).to_string();
    let refused = api.call(send_json("POST", PATH, &viewer, body)).await;
    refused.is_problem(403, "insufficient_scope");
}
