//! Tenants, as the installation's operator manages them.

use std::time::Duration;

use axum::body::Body;
use http::Request;
use serde_json::{Value, json};

use crate::support::{
    Answer, TestApi, delete, get, message, operator, send_json, service, token, user,
};

const TENANTS: &str = "/api/v1/admin/tenants";

/// The operator's token; its own tenant is none of those that it manages.
fn platform() -> String {
    token("other", "root", "platform")
}

async fn call(api: &TestApi, method: &str, path: &str, body: Value) -> Answer {
    let request = send_json(method, path, &platform(), body.to_string());
    api.call(request).await
}

async fn change(api: &TestApi, body: Value) -> Answer {
    call(api, "PATCH", "/api/v1/admin/tenants/acme", body).await
}

/// Until the API has heard of a change by its bus.
async fn until(api: &TestApi, request: impl Fn() -> Request<Body>, status: u16) -> Answer {
    loop {
        let answer = api.call(request()).await;
        if answer.status == status {
            return answer;
        }
        tokio::task::yield_now().await;
    }
}

fn send(tenant: &str) -> Request<Body> {
    let body = message(&["u1"]).to_string();
    send_json("POST", "/api/v1/notifications", &service(tenant), body)
}

#[tokio::test]
async fn a_tenant_is_created_shown_listed_and_changed() {
    let api = TestApi::new().await;
    let wanted = json!({"tenant": "fresh", "retry_ladder": ["5s", "2m"], "link_schemes": ["MyApp"],
        "locale": "de_AT", "push_badge": true, "max_api_keys": 7});
    let created = call(&api, "POST", TENANTS, wanted.clone()).await;
    assert_eq!(created.status, 201, "{}", created.text);
    let created = created.json();
    for (field, value) in [
        ("tenant", json!("fresh")),
        ("status", json!("active")),
        ("suspended_at", Value::Null),
        ("retry_ladder", json!(["5s", "2m"])),
        ("link_schemes", json!(["myapp"])),
        ("locale", json!("de-AT")),
        ("push_badge", json!(true)),
        ("retention_days", Value::Null),
        ("max_api_keys", json!(7)),
    ] {
        assert_eq!(created[field], value, "{field}");
    }
    let again = call(&api, "POST", TENANTS, wanted).await;
    again.is_problem(409, "tenant_exists");
    let path = format!("{TENANTS}/fresh");
    assert_eq!(api.get(&path, &platform()).await.json(), created);
    let log = "/api/v1/admin/audit-log";
    let log = api.get(log, &operator("fresh")).await.json();
    let entry = &log["entries"][0];
    assert_eq!(
        (
            &entry["action"],
            &entry["target"],
            &entry["after"]["locale"]
        ),
        (
            &json!("tenant.create"),
            &json!("tenant/fresh"),
            &json!("de-AT")
        )
    );
    let changed = json!({"retry_ladder": null, "locale": null, "max_api_keys": null});
    let changed = call(&api, "PATCH", &path, changed).await.json();
    assert_eq!(
        (&changed["retry_ladder"], &changed["locale"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        (&changed["link_schemes"], &changed["max_api_keys"]),
        (&json!(["myapp"]), &json!(100))
    );
    // Its callers are let in at once: nobody has asked for them before.
    assert_eq!(api.call(send("fresh")).await.status, 202);
    let first = format!("{TENANTS}?limit=2");
    let first = api.get(&first, &platform()).await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = format!("{TENANTS}?limit=2&cursor={cursor}");
    let second = api.get(&second, &platform()).await.json();
    let pages = [&first, &second].map(|page| page["tenants"].as_array().unwrap());
    let names: Vec<_> = pages
        .into_iter()
        .flatten()
        .map(|one| one["tenant"].clone())
        .collect();
    assert_eq!(names, ["acme", "default", "fresh", "other"]);
    assert_eq!(second["next_cursor"], Value::Null);
}

#[tokio::test]
async fn wrong_fields_are_listed_and_unknown_tenants_are_none() {
    let api = TestApi::new().await;
    let wrong =
        json!({"tenant": "No", "retry_ladder": [], "link_schemes": ["javascript"], "locale": "!"});
    let refused = call(&api, "POST", TENANTS, wrong).await;
    refused.is_problem(422, "validation_failed");
    let errors = refused.json()["errors"].as_array().unwrap().len();
    assert_eq!(errors, 4, "{}", refused.text);
    let refused = change(&api, json!({"suspended": 1, "tenant": "b"})).await;
    refused.is_problem(422, "validation_failed");
    for name in ["nobody", "No", "..", "a%2Fb"] {
        let path = format!("{TENANTS}/{name}");
        for answer in [
            api.get(&path, &platform()).await,
            call(&api, "PATCH", &path, json!({})).await,
            api.call(delete(&path, &platform())).await,
            api.get(&format!("{path}/usage"), &platform()).await,
        ] {
            answer.is_problem(404, "tenant_not_found");
        }
    }
    for wrong in ["limit=0", "cursor=!", "name=acme"] {
        let answer = api.get(&format!("{TENANTS}?{wrong}"), &platform()).await;
        answer.is_problem(422, "validation_failed");
    }
    // An operator of a tenant does not even see its own row.
    let own = get(&format!("{TENANTS}/acme"), &operator("acme"));
    api.call(own).await.is_problem(403, "insufficient_scope");
}

#[tokio::test]
async fn a_suspended_tenant_reads_and_changes_nothing() {
    let api = TestApi::new().await;
    assert_eq!(api.call(send("acme")).await.status, 202);
    let suspended = change(&api, json!({"suspended": true})).await.json();
    assert_eq!(suspended["status"], "suspended");
    let since = suspended["suspended_at"].clone();
    assert!(since.is_string());
    let again = change(&api, json!({"suspended": true})).await.json();
    assert_eq!(again["suspended_at"], since);
    let refused = until(&api, || send("acme"), 403).await;
    refused.is_problem(403, "tenant_suspended");
    let device = json!({"kind": "token", "value": "t", "platform": "web"}).to_string();
    let key = json!({"name": "k", "scopes": ["viewer"]}).to_string();
    for request in [
        send_json("POST", "/api/v1/notifications/bulk", &service("acme"), "{}"),
        send_json("POST", "/api/v1/devices", &user("acme", "u1"), device),
        send_json(
            "PUT",
            "/api/v1/notifications/read-all",
            &user("acme", "u1"),
            "",
        ),
        send_json(
            "POST",
            "/api/v1/admin/api-keys",
            &operator("acme"),
            key.clone(),
        ),
    ] {
        api.call(request).await.is_problem(403, "tenant_suspended");
    }
    let inbox = api.get("/api/v1/notifications", &user("acme", "u1")).await;
    assert_eq!(inbox.json()["total"], 1);
    assert_eq!(api.call(send("other")).await.status, 202);
    // The installation's operator is not held up.
    let mut by_platform = send_json("POST", "/api/v1/admin/api-keys", &platform(), key);
    let headers = by_platform.headers_mut();
    headers.insert("x-tenant", "acme".parse().unwrap());
    assert_eq!(api.call(by_platform).await.status, 201);
    let resumed = change(&api, json!({"suspended": false})).await.json();
    assert_eq!(
        (&resumed["status"], &resumed["suspended_at"]),
        (&json!("active"), &Value::Null)
    );
    until(&api, || send("acme"), 202).await;
}

#[tokio::test]
async fn a_deleted_tenant_has_no_callers_and_its_name_is_taken_until_it_is_gone() {
    let api = TestApi::new().await;
    assert_eq!(api.call(send("acme")).await.status, 202);
    let path = format!("{TENANTS}/acme");
    let mut request = delete(&path, &platform());
    // The log of the tenant that goes would go with it.
    let named = "acme".parse().unwrap();
    request.headers_mut().insert("x-tenant", named);
    let removing = api.call(request).await;
    assert_eq!(removing.status, 202, "{}", removing.text);
    assert_eq!(removing.json()["status"], "removing");
    let log = api
        .get("/api/v1/admin/audit-log", &operator("other"))
        .await
        .json();
    let entry = &log["entries"][0];
    assert_eq!(
        (&entry["action"], &entry["target"]),
        (&json!("tenant.delete"), &json!("tenant/acme"))
    );
    assert_eq!(
        (&entry["before"]["status"], &entry["after"]["status"]),
        (&json!("active"), &json!("removing"))
    );
    let refused = until(&api, || send("acme"), 401).await;
    refused.is_problem(401, "unauthenticated");
    for (method, body, code) in [
        ("PATCH", json!({"suspended": false}), "tenant_not_found"),
        ("DELETE", Value::Null, ""),
    ] {
        let answer = call(&api, method, &path, body).await;
        if code.is_empty() {
            assert_eq!(answer.status, 202, "once more changes nothing");
        } else {
            answer.is_problem(404, code);
        }
    }
    let again = call(&api, "POST", TENANTS, json!({"tenant": "acme"})).await;
    again.is_problem(409, "tenant_exists");
    let kept = format!("{TENANTS}/default");
    let refused = api.call(delete(&kept, &platform())).await;
    refused.is_problem(409, "tenant_permanent");
}

#[tokio::test]
async fn usage_is_counted() {
    let api = TestApi::new().await;
    let device = json!({"kind": "token", "value": "t", "platform": "web"}).to_string();
    let key = json!({"name": "k", "scopes": ["viewer"]}).to_string();
    for request in [
        send_json("PUT", "/api/v1/users/u1", &service("acme"), "{}"),
        send_json("POST", "/api/v1/devices", &user("acme", "u1"), device),
        send_json("POST", "/api/v1/admin/api-keys", &operator("acme"), key),
        send_json(
            "PUT",
            "/api/v1/topics/news/subscribers",
            &service("acme"),
            r#"{"user_ids": ["u1"]}"#,
        ),
    ] {
        let answer = api.call(request).await;
        assert!(answer.status.is_success(), "{}", answer.text);
    }
    let usage = format!("{TENANTS}/acme/usage");
    let expected = json!({"api_keys": {"used": 1, "limit": 100}, "providers": 0, "types": {"used": 0, "limit": 200}, "users": 1,
        "devices": 1, "topics": 1, "dead_letters": 0, "queued": {"used": 0, "limit": null},
        "notifications": {"used": 0, "limit": null}});
    assert_eq!(api.get(&usage, &platform()).await.json(), expected);
    let other = api
        .get(&format!("{TENANTS}/other/usage"), &platform())
        .await
        .json();
    assert_eq!(
        (&other["users"], &other["api_keys"]["used"]),
        (&json!(0), &json!(0))
    );
}

#[tokio::test]
async fn a_tenants_requests_name_so_many_recipients() {
    let api = TestApi::new().await;
    let changed = change(&api, json!({"max_recipients": 2})).await.json();
    assert_eq!(changed["max_recipients"], 2);
    let three = |tenant: &str| {
        let body = message(&["u1", "u2", "u3"]).to_string();
        send_json("POST", "/api/v1/notifications", &service(tenant), body)
    };
    let refused = api.call(three("acme")).await;
    refused.names_wrong(&[("/recipients", "too_many")]);
    let dry = json!({"notification_type": "t", "recipients": ["u1", "u2", "u3"], "content": {}, "dry_run": true});
    let dry = send_json(
        "POST",
        "/api/v1/notifications",
        &service("acme"),
        dry.to_string(),
    );
    assert_eq!(api.call(dry).await.status, 422);
    assert_eq!(
        api.post(message(&["u1", "u2"]).to_string()).await.status,
        202
    );
    assert_eq!(api.call(three("other")).await.status, 202);
    let wrong = change(&api, json!({"max_recipients": 1_001})).await;
    wrong.names_wrong(&[("/max_recipients", "out_of_range")]);
    let reset = change(&api, json!({"max_recipients": null})).await.json();
    assert_eq!(reset["max_recipients"], 1_000);
}

/// A send of acme with this key.
fn keyed(key: &str, recipients: &[&str]) -> Request<Body> {
    let mut request = send_json(
        "POST",
        "/api/v1/notifications",
        &service("acme"),
        message(recipients).to_string(),
    );
    let key = key.parse().unwrap();
    request.headers_mut().insert("idempotency-key", key);
    request
}

#[tokio::test(start_paused = true)]
async fn what_waits_of_a_tenant_is_limited() {
    let (api, earlier) = TestApi::two_that_hear_nothing().await;
    assert_eq!(
        earlier.call(keyed("first", &["u1", "u2"])).await.status,
        202
    );
    change(&api, json!({"max_queued": 4})).await;
    let more = async |recipients: &[&str]| api.post(message(recipients).to_string()).await;
    // What was accepted before counts, and so does each request; one that is not accepted does not, nor a repeated one.
    for _ in 0..3 {
        let again = api.call(keyed("first", &["u1", "u2"])).await;
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
        let reused = api.call(keyed("first", &["u3"])).await;
        reused.is_problem(422, "idempotency_key_reused");
    }
    let whole = ["u1", "u2", "u3", "u4", "u5"];
    more(&whole)
        .await
        .names_wrong(&[("/recipients", "too_many")]);
    more(&["u1", "u2", "u3"])
        .await
        .is_problem(429, "queue_full");
    assert_eq!(more(&["u1", "u2"]).await.status, 202);
    let refused = more(&["u1"]).await;
    let problem = refused.is_problem(429, "queue_full");
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.contains("max_queued") && detail.contains("4 of 4"),
        "{detail}"
    );
    assert_eq!(refused.header("retry-after"), Some("5"));
    // What was accepted stays accepted, and others are not concerned.
    let again = api.call(keyed("first", &["u1", "u2"])).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(api.call(send("other")).await.status, 202);
    let bulk = json!({"items": [message(&["u1"]), message(&whole)]}).to_string();
    let bulk = send_json("POST", "/api/v1/notifications/bulk", &service("acme"), bulk);
    let bulk = api.call(bulk).await;
    assert!(
        bulk.status == 207 && bulk.text.contains("queue_full") && bulk.text.contains("too_many"),
        "{}",
        bulk.text
    );
    let usage = api
        .get(&format!("{TENANTS}/acme/usage"), &platform())
        .await
        .json();
    assert_eq!(usage["queued"], json!({"used": 4, "limit": 4}));
    let open = change(&api, json!({"max_queued": null})).await.json();
    assert_eq!(open["max_queued"], Value::Null);
    let metrics = campanile_telemetry::render_metrics();
    assert!(metrics.contains(r#"reason="tenant_queue_full""#));
}

#[tokio::test(start_paused = true)]
async fn what_a_tenant_has_stored_is_limited_and_counted_again() {
    let (api, earlier) = TestApi::two_that_hear_nothing().await;
    assert_eq!(
        earlier.call(keyed("first", &["u1", "u2"])).await.status,
        202
    );
    change(&api, json!({"max_notifications": 4})).await;
    // What takes no room in the end gives it back.
    for _ in 0..3 {
        let again = api.call(keyed("first", &["u1", "u2"])).await;
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
    }
    let mut to_topic = message(&[]);
    to_topic["topic"] = json!("news");
    to_topic["recipients"] = Value::Null;
    for _ in 0..3 {
        api.post(to_topic.to_string())
            .await
            .is_problem(404, "topic_not_found");
    }
    assert_eq!(api.call(send("acme")).await.status, 202);
    // What another server accepts is seen with the next count, which is made beside a request.
    assert_eq!(earlier.call(send("acme")).await.status, 202);
    assert_eq!(api.call(send("acme")).await.status, 202);
    tokio::time::advance(Duration::from_secs(61)).await;
    let problem = until(&api, || send("acme"), 403).await;
    let problem = problem.is_problem(403, "storage_full");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("max_notifications"), "{detail}");
    // A topic is refused as soon as there is no room for a single one.
    let subscribers = r#"{"user_ids": ["u1"]}"#;
    let path = "/api/v1/topics/news/subscribers";
    api.call(send_json("PUT", path, &service("acme"), subscribers))
        .await;
    let refused = api.post(to_topic.to_string()).await;
    refused.is_problem(403, "storage_full");
    for wrong in [json!(0), json!(100_000_001)] {
        let wrong = change(&api, json!({"max_notifications": wrong})).await;
        wrong.names_wrong(&[("/max_notifications", "out_of_range")]);
    }
}

#[tokio::test]
async fn a_tenant_has_its_own_limits_and_others_are_not_concerned() {
    let api = TestApi::new().await;
    let limits = json!({"max_sends": "1/h burst 2", "max_streams": 0, "max_types": 1});
    let changed = change(&api, limits).await.json();
    for (field, value) in [
        ("max_requests", Value::Null),
        ("max_sends", json!("1/h burst 2")),
        ("max_streams", json!(0)),
        ("max_types", json!(1)),
    ] {
        assert_eq!(changed[field], value, "{field}");
    }
    // Requests that are made before the API has heard of the change take nothing from the new bucket.
    let limited = until(&api, || send("acme"), 429).await;
    limited.is_problem(429, "rate_limited");
    assert!(limited.header("retry-after").is_some());
    assert_eq!(api.call(send("other")).await.status, 202);

    let stream = |tenant| get("/api/v1/notifications/stream", &user(tenant, "u1"));
    let refused = api.call(stream("acme")).await;
    refused.is_problem(503, "overloaded");

    let types = "/api/v1/admin/templates";
    let put = |tenant, name: &str| {
        let path = format!("{types}/{name}/in_app/en");
        let body = json!({"parts": {"title": "Hi"}}).to_string();
        send_json("PUT", &path, &operator(tenant), body)
    };
    assert_eq!(api.call(put("acme", "first")).await.status, 200);
    let refused = api.call(put("acme", "second")).await;
    refused.is_problem(422, "validation_failed");
    assert_eq!(refused.json()["errors"][0]["code"], "too_many");
    assert_eq!(api.call(put("other", "second")).await.status, 200);
    let usage = format!("{TENANTS}/acme/usage");
    let usage = api.call(get(&usage, &platform())).await.json();
    assert_eq!(usage["types"], json!({"used": 1, "limit": 1}));

    let reset = json!({"max_sends": null, "max_streams": null, "max_types": null});
    assert_eq!(change(&api, reset).await.json()["max_types"], 200);
    until(&api, || send("acme"), 202).await;
}
