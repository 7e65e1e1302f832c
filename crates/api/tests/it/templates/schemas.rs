//! Schemas of the content of types.

use campanile_domain::{ContentSchema, NotificationType, Precondition, TenantId};
use campanile_pipeline::{SchemaSaved, save_schema};
use serde_json::{Value, json};

use super::{call, ok};
use crate::support::{TestApi, operator, send_json, token};

#[tokio::test]
async fn a_type_has_a_schema() {
    let api = TestApi::new().await;
    let path = "/api/v1/admin/types/order";
    let absent = api.get(path, &operator("acme")).await;
    absent.is_problem(404, "template_not_found");
    let schema = json!({"type": "object", "required": ["order_id"]});
    let body = json!({"schema": schema, "schema_strict": true});
    let set = ok(&api, "PUT", path, &body).await;
    let expected = json!({"type": "order", "schema": schema, "schema_strict": true, "revision": 1});
    assert_eq!(set, expected);
    let shown = api.get(path, &operator("acme")).await;
    assert_eq!((shown.json(), shown.header("etag")), (set, Some("\"1\"")));
    let again = call(&api, "PUT", path, &body).await;
    again.is_problem(428, "precondition_required");
    assert_eq!(call(&api, "DELETE", path, &Value::Null).await.status, 204);
    let absent = api.get(path, &operator("acme")).await;
    absent.is_problem(404, "template_not_found");
}

#[tokio::test]
async fn a_content_that_violates_its_schema_is_refused_or_warned_of() {
    let api = TestApi::new().await;
    let schema = json!({"type": "object", "required": ["order_id"]});
    let path = "/api/v1/admin/types/order";
    let strict = json!({"schema": schema, "schema_strict": true});
    ok(&api, "PUT", path, &strict).await;
    let service = token("acme", "svc", "notifications:send");
    let send = |content: Value| {
        let body = json!({"notification_type": "order", "recipients": ["u1"], "channels": ["in_app"], "content": content});
        api.call(send_json(
            "POST",
            "/api/v1/notifications",
            &service,
            body.to_string(),
        ))
    };
    let problem = send(json!({})).await;
    let problem = problem.is_problem(422, "validation_failed");
    let error = &problem["errors"][0];
    assert_eq!(
        (&error["field"], &error["code"]),
        (&json!("/content"), &json!("schema"))
    );
    assert_eq!(send(json!({"order_id": 7})).await.status, 202);
    let lenient = json!({"schema": schema, "schema_strict": false});
    let other = TestApi::new().await;
    ok(&other, "PUT", path, &lenient).await;
    let body = json!({"notification_type": "order", "recipients": ["u1"], "channels": ["in_app"], "content": {}});
    let sent = other
        .call(send_json(
            "POST",
            "/api/v1/notifications",
            &service,
            body.to_string(),
        ))
        .await;
    assert_eq!(sent.status, 202, "{}", sent.text);
    let id = sent.json()["notifications"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let timeline = other
        .get(&format!("/api/v1/notifications/{id}/timeline"), &service)
        .await
        .json();
    let events = timeline["events"].as_array().unwrap();
    assert!(
        events.iter().any(|event| event["what"] == "warning"),
        "{timeline}"
    );
}

/// A release may allow less in schemas than the one before: that must not stop a tenant's notifications.
#[tokio::test]
async fn a_schema_that_no_longer_compiles_refuses_nothing_and_the_timeline_warns() {
    let api = TestApi::new().await;
    let path = "/api/v1/admin/types/order";
    let schema = json!({"schema": {"$ref": "#/$defs/order"}, "schema_strict": true});
    let refused = call(&api, "PUT", path, &schema).await;
    refused.is_problem(422, "validation_failed");
    // As a release stored it that took it.
    let (acme, of) = (
        TenantId::parse("acme").unwrap(),
        NotificationType::parse("order").unwrap(),
    );
    let stored = ContentSchema {
        schema: schema["schema"].to_string(),
        strict: true,
    };
    let saved = save_schema(
        api.storage.as_ref(),
        &acme,
        &of,
        Some(stored),
        Precondition::None,
    );
    assert!(matches!(saved.await, Ok(SchemaSaved::Stored(_))));
    let service = token("acme", "svc", "notifications:send");
    let body = json!({"notification_type": "order", "recipients": ["u1"], "channels": ["in_app"], "content": {"any": 1}});
    let sent = send_json("POST", "/api/v1/notifications", &service, body.to_string());
    let sent = api.call(sent).await;
    assert_eq!(sent.status, 202, "{}", sent.text);
    let sent = sent.json();
    let id = sent["notifications"][0]["id"].as_str().unwrap();
    let path = format!("/api/v1/notifications/{id}/timeline");
    let timeline = api.get(&path, &service).await.json();
    let events = timeline["events"].as_array().unwrap();
    let warning = events.iter().find(|event| event["what"] == "warning");
    let why = warning.expect("a warning")["why"].as_str().unwrap();
    assert!(why.contains("no longer compiles"), "{timeline}");
}
