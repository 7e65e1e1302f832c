//! Keys of services: shown once, accepted wherever a token is, and rejected soon after they are revoked.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use campanile_api::identity::{FailedTokens, TrustedProxies};
use campanile_api::{ServerLimits, serve};
use campanile_domain::{ApiKeyId, ApiKeyText, ManualClock, Random};
use chrono::{TimeDelta, Utc};
use futures_util::future::join_all;
use http::Request;
use serde_json::{Value, json};
use sqlx::Executor;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::support::{Answer, TestApi, delete, get, message, operator, send_json, token};
use crate::walk::{OPERATIONS, request};

const KEYS: &str = "/api/v1/admin/api-keys";
const SEND: &str = "/api/v1/notifications";

async fn create(api: &TestApi, body: Value) -> Answer {
    let admin = operator("acme");
    api.call(send_json("POST", KEYS, &admin, body.to_string()))
        .await
}

/// A key of `acme` with this scope, and its id.
async fn key(api: &TestApi, scope: &str) -> (String, String) {
    let created = create(api, json!({"name": "k", "scopes": [scope]})).await;
    parts(&created)
}

fn parts(created: &Answer) -> (String, String) {
    assert_eq!(created.status, 201, "{}", created.text);
    let created = created.json();
    let text = |name: &str| created[name].as_str().unwrap().to_owned();
    (text("key"), text("id"))
}

async fn send(api: &TestApi, key: &str) -> Answer {
    let body = message(&["u1"]).to_string();
    api.call(send_json("POST", SEND, key, body)).await
}

async fn revoke(api: &TestApi, id: &str) {
    let answer = api
        .call(delete(&format!("{KEYS}/{id}"), &operator("acme")))
        .await;
    assert_eq!(answer.status, 204, "{}", answer.text);
}

/// Until it is rejected; a process hears of it by the bus, which takes a moment.
async fn rejected(api: &TestApi, key: &str) -> Answer {
    loop {
        let answer = send(api, key).await;
        if answer.status != 202 {
            return answer;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_key_is_shown_once_and_works_like_a_token() {
    let api = TestApi::new().await;
    let wanted = json!({"name": "billing service", "scopes": ["notifications:send", "viewer"],
        "expires_at": "2999-01-31T08:00:00Z"});
    let created = create(&api, wanted).await;
    let (key, id) = parts(&created);
    assert!(key.starts_with(&format!("cmp_{}_", id.replace('-', ""))));
    let sent = send(&api, &key).await;
    assert_eq!(sent.status, 202, "{}", sent.text);
    let list = api.get(KEYS, &key).await;
    assert!(!list.text.contains(&key[37..]), "{}", list.text);
    let list = list.json();
    assert_eq!(
        (&list["active"], &list["max_active"], &list["next_cursor"]),
        (&json!(1), &json!(100), &Value::Null)
    );
    let one = api.get(&format!("{KEYS}/{id}"), &key).await.json();
    assert_eq!(list["api_keys"], json!([one]));
    for (field, value) in [
        ("name", json!("billing service")),
        ("scopes", json!(["notifications:send", "viewer"])),
        ("status", json!("active")),
        ("created_by", json!("ops")),
        ("expires_at", json!("2999-01-31T08:00:00Z")),
        ("user_id", Value::Null),
        ("networks", json!([])),
    ] {
        assert_eq!(one[field], value, "{field}");
    }
    // Not more than it was given.
    let refused = create(&api, json!({"name": "k", "scopes": ["admin"]})).await;
    assert_eq!(refused.status, 201);
    let other = send_json("POST", KEYS, &key, json!({}).to_string());
    api.call(other).await.is_problem(403, "insufficient_scope");
}

#[tokio::test]
async fn a_key_is_taken_in_either_header_but_not_in_both() {
    let api = TestApi::new().await;
    let (key, _) = key(&api, "viewer").await;
    let with = |headers: &[(&str, String)]| {
        let mut request = Request::get(KEYS);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        api.call(request.body(Body::empty()).unwrap())
    };
    let (bearer, plain) = (format!("bearer {key}"), key.clone());
    let authorization = ("authorization", bearer);
    assert_eq!(with(std::slice::from_ref(&authorization)).await.status, 200);
    assert_eq!(with(&[("x-api-key", plain.clone())]).await.status, 200);
    for wrong in [
        vec![authorization.clone(), ("x-api-key", plain.clone())],
        vec![("x-api-key", plain.clone()), ("x-api-key", plain.clone())],
        vec![("x-api-key", operator("acme"))],
        vec![("x-api-key", String::new())],
        vec![("authorization", plain)],
    ] {
        let refused = with(&wrong).await;
        refused.is_problem(401, "unauthenticated");
        assert!(refused.header("www-authenticate").is_some());
    }
}

#[tokio::test]
async fn a_revoked_key_is_rejected_by_every_operation() {
    let api = TestApi::new().await;
    let wanted = json!({"name": "k", "user_id": "u1",
        "scopes": ["notifications:send", "inbox", "admin"]});
    let (key, id) = parts(&create(&api, wanted).await);
    assert_eq!(send(&api, &key).await.status, 202);
    revoke(&api, &id).await;
    let answer = rejected(&api, &key).await;
    answer.is_problem(401, "unauthenticated");
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    assert_eq!(detail, "The API key was rejected: it was revoked");
    for (method, path, _) in OPERATIONS.iter().filter(|(.., scope)| scope.is_some()) {
        let answer = api.call(request(method, path, Some(&key))).await;
        answer.is_problem(401, "unauthenticated");
    }
    let shown = api.get(&format!("{KEYS}/{id}"), &operator("acme")).await;
    assert_eq!(shown.json()["status"], "revoked");
    // Once more changes nothing, and nothing takes over from it.
    revoke(&api, &id).await;
    let rotate = format!("{KEYS}/{id}/rotate");
    let refused = api
        .call(send_json("POST", &rotate, &operator("acme"), "{}"))
        .await;
    refused.is_problem(409, "api_key_ended");
}

#[tokio::test]
async fn what_is_no_key_costs_no_query() {
    let api = TestApi::new().await;
    let (key, _) = key(&api, "notifications:send").await;
    let (cut, mut typo) = (key[..key.len() - 1].to_owned(), key.clone());
    typo.replace_range(50..51, if &key[50..51] == "a" { "b" } else { "a" });
    for wrong in [cut, typo, "cmp_".to_owned(), "cmp_x_y".to_owned()] {
        let refused = send(&api, &wrong).await;
        refused.is_problem(401, "unauthenticated");
        assert!(!refused.text.contains(&wrong) || wrong == "cmp_");
    }
    let of = api.storage.calls(&["api_keys_by_id"]);
    assert_eq!(of, 0);
    for _ in 0..50 {
        assert_eq!(send(&api, &key).await.status, 202);
    }
    // Another secret under the same id is checked against what is known.
    let id = key[4..36].parse().unwrap();
    let forged = ApiKeyText::new(ApiKeyId(id), &Random::system());
    let refused = send(&api, forged.reveal()).await;
    refused.is_problem(401, "unauthenticated");
    assert_eq!(api.storage.calls(&["api_keys_by_id"]), 1);
}

#[tokio::test]
async fn many_unknown_keys_are_looked_up_together() {
    let api = TestApi::new().await;
    let random = Random::system();
    let forged: Vec<_> = (0..600)
        .map(|_| ApiKeyText::new(ApiKeyId::at(Utc::now()), &random))
        .collect();
    let answers = join_all(forged.iter().map(|key| send(&api, key.reveal()))).await;
    for answer in answers {
        answer.is_problem(401, "unauthenticated");
    }
    let queries = api.storage.calls(&["api_keys_by_id"]);
    assert!(queries <= 60, "{queries} queries for 600 keys");
}

#[tokio::test(start_paused = true)]
async fn a_node_that_hears_nothing_rejects_a_revoked_key_within_five_seconds() {
    let (api, other) = TestApi::two_that_hear_nothing().await;
    let (key, id) = key(&api, "notifications:send").await;
    assert_eq!(send(&other, &key).await.status, 202);
    revoke(&api, &id).await;
    assert_eq!(send(&other, &key).await.status, 202, "it does not know yet");
    tokio::time::advance(Duration::from_secs(5)).await;
    let refused = send(&other, &key).await;
    refused.is_problem(401, "unauthenticated");
}

#[tokio::test(start_paused = true)]
async fn a_known_key_works_while_the_database_is_away() {
    let api = TestApi::new().await;
    let wanted = json!({"name": "k", "scopes": ["inbox"], "user_id": "u1"});
    let (key, _) = parts(&create(&api, wanted).await);
    assert_eq!(api.get(SEND, &key).await.status, 200);
    api.storage
        .break_call("api_keys_by_id", crate::support::Fault::Error);
    tokio::time::advance(Duration::from_secs(10)).await;
    assert_eq!(api.get(SEND, &key).await.status, 200);
    let unknown = ApiKeyText::new(ApiKeyId::at(Utc::now()), &Random::system());
    let answer = api.get(SEND, unknown.reveal()).await;
    answer.is_problem(503, "service_unavailable");
    tokio::time::advance(Duration::from_secs(300)).await;
    let answer = api.get(SEND, &key).await;
    answer.is_problem(503, "service_unavailable");
}

#[tokio::test]
async fn both_keys_work_while_one_takes_over_from_the_other() {
    let clock = Arc::new(ManualClock::new(Utc::now()));
    let api = TestApi::by_clock(clock.clone()).await;
    let (old, id) = key(&api, "notifications:send").await;
    let rotate = format!("{KEYS}/{id}/rotate");
    let body = json!({"overlap": "1h"}).to_string();
    let admin = operator("acme");
    let created = api.call(send_json("POST", &rotate, &admin, body)).await;
    let (new, new_id) = parts(&created);
    assert_eq!(created.json()["replaces"], json!(id));
    assert_ne!((&old, &id), (&new, &new_id));
    for key in [&old, &new] {
        assert_eq!(send(&api, key).await.status, 202);
    }
    let wrong = json!({"overlap": "soon"}).to_string();
    let rotate = format!("{KEYS}/{new_id}/rotate");
    let refused = api.call(send_json("POST", &rotate, &admin, wrong)).await;
    refused.is_problem(422, "validation_failed");
    clock.advance(TimeDelta::hours(1));
    let refused = send(&api, &old).await;
    refused.is_problem(401, "unauthenticated");
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    assert_eq!(detail, "The API key was rejected: it has expired");
    assert_eq!(send(&api, &new).await.status, 202);
}

#[tokio::test]
async fn a_key_for_an_inbox_acts_as_its_user() {
    let api = TestApi::new().await;
    let (service, _) = key(&api, "notifications:send").await;
    assert_eq!(send(&api, &service).await.status, 202);
    let wanted = json!({"name": "k", "scopes": ["inbox"], "user_id": "u1"});
    let (own, _) = parts(&create(&api, wanted).await);
    assert_eq!(api.get(SEND, &own).await.json()["total"], 1);
    let wanted = json!({"name": "k", "scopes": ["inbox"], "user_id": "u2"});
    let (other, _) = parts(&create(&api, wanted).await);
    assert_eq!(api.get(SEND, &other).await.json()["total"], 0);
    let ticket = Request::post("/api/v1/notifications/stream-ticket")
        .header("authorization", format!("Bearer {own}"))
        .body(Body::empty());
    assert_eq!(api.call(ticket.unwrap()).await.status, 201);
}

#[tokio::test]
async fn only_platform_manages_keys_of_platform() {
    let api = TestApi::new().await;
    let wanted = json!({"name": "k", "scopes": ["platform"]});
    let refused = create(&api, wanted.clone()).await;
    refused.is_problem(403, "insufficient_scope");
    let platform = token("other", "root", "platform");
    let call = |method: &str, path: &str, body: String| {
        let mut request = send_json(method, path, &platform, body);
        let headers = request.headers_mut();
        headers.insert("x-tenant", "acme".parse().unwrap());
        api.call(request)
    };
    let (key, id) = parts(&call("POST", KEYS, wanted.to_string()).await);
    let mut other = get(KEYS, &key);
    let headers = other.headers_mut();
    headers.insert("x-tenant", "other".parse().unwrap());
    assert_eq!(api.call(other).await.status, 200);
    let (one, rotate) = (format!("{KEYS}/{id}"), format!("{KEYS}/{id}/rotate"));
    let admin = operator("acme");
    for refused in [
        api.call(delete(&one, &admin)).await,
        api.call(send_json("POST", &rotate, &admin, "{}")).await,
    ] {
        refused.is_problem(403, "insufficient_scope");
        let challenge = refused.header("www-authenticate").unwrap();
        assert!(challenge.contains("scope=\"platform\""), "{challenge}");
    }
    assert_eq!(call("DELETE", &one, String::new()).await.status, 204);
}

#[tokio::test]
async fn a_tenant_has_so_many_keys() {
    let api = TestApi::new().await;
    let mut raw = api.folder.connect().await;
    let change = "UPDATE tenants SET max_api_keys = 1 WHERE tenant = 'acme'";
    raw.execute(change).await.unwrap();
    let (_, id) = key(&api, "viewer").await;
    let refused = create(&api, json!({"name": "k", "scopes": ["viewer"]})).await;
    refused.is_problem(403, "too_many_api_keys");
    assert!(
        refused.text.contains("1 active API keys"),
        "{}",
        refused.text
    );
    revoke(&api, &id).await;
    key(&api, "viewer").await;
}

#[tokio::test]
async fn wrong_fields_are_listed_and_nothing_is_stored() {
    let api = TestApi::new().await;
    let wanted = json!({"name": "", "scopes": ["root"], "networks": ["here"]});
    let refused = create(&api, wanted).await;
    refused.is_problem(422, "validation_failed");
    let wrong = refused.json()["errors"].as_array().unwrap().len();
    assert_eq!(wrong, 3, "{}", refused.text);
    let list = api.get(KEYS, &operator("acme")).await.json();
    assert_eq!(list["api_keys"], json!([]));
}

#[tokio::test]
async fn networks_limit_from_where_a_key_is_used() {
    let networks = vec!["127.0.0.0/8".parse().unwrap()];
    let failed = FailedTokens::new(None, TrustedProxies::new(networks));
    let api = TestApi::with_failed_tokens(failed).await;
    let wanted = json!({"name": "k", "scopes": ["viewer"], "networks": ["203.0.113.0/24"]});
    let (key, _) = parts(&create(&api, wanted).await);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}{KEYS}", listener.local_addr().unwrap());
    let stop = CancellationToken::new();
    let limits = ServerLimits::default();
    tokio::spawn(serve(listener, api.router.clone(), stop.clone(), limits));
    let client = reqwest::Client::new();
    for (from, status) in [("203.0.113.9", 200), ("198.51.100.7", 403)] {
        let call = client.get(&url).bearer_auth(&key);
        let answer = call.header("x-forwarded-for", from).send().await.unwrap();
        assert_eq!(answer.status(), status, "{from}");
        if status == 403 {
            let problem: Value = answer.json().await.unwrap();
            assert_eq!(problem["code"], "address_not_allowed");
        }
    }
    stop.cancel();
}

#[tokio::test(start_paused = true)]
async fn it_is_noted_about_once_a_minute_when_a_key_was_used() {
    let api = TestApi::new().await;
    let (key, id) = key(&api, "notifications:send").await;
    for _ in 0..20 {
        assert_eq!(send(&api, &key).await.status, 202);
    }
    let shown = format!("{KEYS}/{id}");
    let before = api.get(&shown, &operator("acme")).await.json();
    assert_eq!(before["last_used_at"], Value::Null);
    tokio::time::advance(Duration::from_secs(61)).await;
    let noted = loop {
        let now = api.get(&shown, &operator("acme")).await.json();
        if now["last_used_at"].is_string() {
            break api.storage.calls(&["note_api_keys_used"]);
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(noted, 1);
}
