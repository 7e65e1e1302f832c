//! Tokens that a tenant's own key has signed.

use std::time::Duration;

use campanile_api::identity::{Claims, KeySettings};
use futures_util::future::join_all;
use http::Request;
use serde_json::{Value, json};

use crate::jwks::{Provider, jwk, sign};
use crate::support::{
    Answer, Fault, Pair, TestApi, claims, ec_pair, ed_pair, message, rsa_pair, send_json, token,
};
use crate::walk::{OPERATIONS, request};

const INBOX: &str = "/api/v1/notifications";
const ACME: &str = "/api/v1/admin/tenants/acme";

async fn change(api: &TestApi, body: Value) -> Answer {
    let root = token("other", "root", "platform");
    api.call(send_json("PATCH", ACME, &root, body.to_string()))
        .await
}

/// Gives the tenant `acme` these keys.
async fn give(api: &TestApi, keys: &[Value]) {
    let changed = change(api, json!({"token_keys": {"keys": keys}})).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
}

async fn with_key() -> (TestApi, Pair) {
    let (api, pair) = (TestApi::new().await, ec_pair());
    give(&api, &[jwk(&pair, "1")]).await;
    (api, pair)
}

fn signed(pair: &Pair, tenant: &str, scope: &str) -> String {
    sign(pair, Some("1"), &claims(tenant, "u1", scope))
}

/// Until the API has heard of a change by its bus.
async fn until(api: &TestApi, token: &str, status: u16) {
    while api.get(INBOX, token).await.status != status {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn each_kind_of_key_verifies_tokens_of_its_tenant_alone() {
    for pair in [rsa_pair(), ec_pair(), ed_pair()] {
        let api = TestApi::new().await;
        let own = signed(&pair, "acme", "inbox notifications:send");
        let before = api.get(INBOX, &own).await;
        before.is_problem(401, "unauthenticated");
        give(&api, &[jwk(&pair, "1")]).await;
        until(&api, &own, 200).await;
        let sent = message(&["u1"]).to_string();
        let sent = api.call(send_json("POST", INBOX, &own, sent)).await;
        assert_eq!(sent.status, 202, "{}", sent.text);
        // The only key needs no id; another id is another key.
        let claims = claims("acme", "u1", "inbox");
        assert_eq!(
            api.get(INBOX, &sign(&pair, None, &claims)).await.status,
            200
        );
        for (kid, tenant) in [("2", "acme"), ("1", "other"), ("1", "nobody")] {
            let claims = Claims {
                tenant: tenant.into(),
                ..claims.clone()
            };
            let refused = api.get(INBOX, &sign(&pair, Some(kid), &claims)).await;
            let refused = refused.is_problem(401, "unauthenticated");
            assert_eq!(refused["detail"], "The token is not valid");
        }
        // The keys of the installation verify as before.
        assert_eq!(
            api.get(INBOX, &token("acme", "u1", "inbox")).await.status,
            200
        );
    }
}

#[tokio::test]
async fn it_is_never_the_operator_of_the_installation() {
    let (api, pair) = with_key().await;
    let root = signed(&pair, "acme", "platform admin");
    until(&api, &signed(&pair, "acme", "inbox"), 200).await;
    let refused = api.get("/api/v1/admin/tenants", &root).await;
    refused.is_problem(403, "insufficient_scope");
    // A tenant's key never grants `platform`: the token acts as `admin` of `acme`, and `X-Tenant` is ignored.
    let request = Request::get("/api/v1/admin/api-keys")
        .header("authorization", format!("Bearer {root}"))
        .header("x-tenant", "other");
    let own = api
        .call(request.body(axum::body::Body::empty()).unwrap())
        .await;
    assert_eq!(own.status, 200);
    let key = json!({"name": "k", "scopes": ["platform"]}).to_string();
    let key = api
        .call(send_json("POST", "/api/v1/admin/api-keys", &root, key))
        .await;
    assert!(key.status.is_client_error(), "{}", key.text);
}

#[tokio::test]
async fn keys_are_replaced_and_taken_back() {
    let (api, old) = with_key().await;
    let new = ed_pair();
    let (by_old, by_new) = (
        signed(&old, "acme", "inbox"),
        sign(&new, Some("n"), &claims("acme", "u1", "inbox")),
    );
    until(&api, &by_old, 200).await;
    give(&api, &[jwk(&old, "1"), jwk(&new, "n")]).await;
    until(&api, &by_new, 200).await;
    assert_eq!(api.get(INBOX, &by_old).await.status, 200);
    give(&api, &[jwk(&new, "n")]).await;
    until(&api, &by_old, 401).await;
    assert_eq!(api.get(INBOX, &by_new).await.status, 200);
    let none = change(&api, json!({"token_keys": null})).await.json();
    assert_eq!(none["token_keys"], Value::Null);
    until(&api, &by_new, 401).await;
}

#[tokio::test(start_paused = true)]
async fn a_node_that_hears_nothing_rejects_a_key_within_five_seconds() {
    let (api, other) = TestApi::two_that_hear_nothing().await;
    let pair = ec_pair();
    give(&api, &[jwk(&pair, "1")]).await;
    let own = signed(&pair, "acme", "inbox");
    assert_eq!(other.get(INBOX, &own).await.status, 200);
    give(&api, &[jwk(&ec_pair(), "1")]).await;
    assert_eq!(
        other.get(INBOX, &own).await.status,
        200,
        "it does not know yet"
    );
    tokio::time::advance(Duration::from_secs(5)).await;
    let refused = other.get(INBOX, &own).await;
    refused.is_problem(401, "unauthenticated");
}

#[tokio::test]
async fn the_audit_log_names_the_key_that_verified_a_token() {
    let (api, pair) = with_key().await;
    let admin = signed(&pair, "acme", "inbox admin");
    until(&api, &admin, 200).await;
    let retention = "/api/v1/admin/audit-log/retention";
    let set = send_json("PUT", retention, &admin, r#"{"days": 365}"#);
    let set = api.call(set).await;
    assert_eq!(set.status, 200, "{}", set.text);
    let log = api.get("/api/v1/admin/audit-log", &admin).await;
    let entry = &log.json()["entries"][0];
    assert_eq!(entry["actor_kind"], "token", "{}", log.text);
    let key = entry["key_id"].as_str().unwrap();
    assert!(key.starts_with("token_key:"), "{key}");
}

#[tokio::test]
async fn what_is_no_public_key_is_refused_and_never_repeated() {
    let api = TestApi::new().await;
    let public = jwk(&ec_pair(), "1");
    let mut private = public.clone();
    private["d"] = json!("c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I");
    let shared = json!({"kty": "oct", "k": "c2VjcmV0"});
    for (set, at, code) in [
        (
            json!({"keys": [public, private]}),
            "/token_keys/keys/1/d",
            "not_supported",
        ),
        (
            json!({"keys": [shared]}),
            "/token_keys/keys/0/k",
            "not_supported",
        ),
        (json!({"keys": []}), "/token_keys/keys", "required"),
        (
            json!({"keys": vec![public.clone(); 9]}),
            "/token_keys/keys",
            "too_long",
        ),
        (public.clone(), "/token_keys", "wrong_type"),
        (json!("PEM"), "/token_keys", "wrong_type"),
    ] {
        let refused = change(&api, json!({"token_keys": set})).await;
        refused.names_wrong(&[(at, code)]);
        assert!(!refused.text.contains("c2VjcmV0"), "{}", refused.text);
    }
    let root = token("other", "root", "platform");
    let new = json!({"tenant": "fresh", "token_keys": {"keys": [public]}}).to_string();
    let made = api
        .call(send_json("POST", "/api/v1/admin/tenants", &root, new))
        .await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.json()["token_keys"]["keys"][0]["kid"], "1");
    give(&api, &[public]).await;
    let shown = api.get(ACME, &root).await.json();
    assert_eq!(shown["token_keys"]["keys"][0]["crv"], "P-256");
    let log = api
        .get("/api/v1/admin/audit-log", &token("acme", "root", "admin"))
        .await;
    let entry = &log.json()["entries"][0];
    assert_eq!(entry["before"]["token_keys"], Value::Null, "{}", log.text);
    assert_eq!(entry["after"]["token_keys"], shown["token_keys"]);
}

#[tokio::test]
async fn forged_tokens_that_name_tenants_are_looked_up_together() {
    let (api, pair) = with_key().await;
    until(&api, &signed(&pair, "acme", "inbox"), 200).await;
    let before = api.storage.calls(&["tenants_of"]);
    let stranger = ec_pair();
    let forged: Vec<_> = (0..600)
        .map(|n| signed(&stranger, &format!("t{n}"), "inbox"))
        .collect();
    let tenant = api.storage.calls(&["tenant"]);
    let answers = join_all(forged.iter().map(|token| api.get(INBOX, token))).await;
    for answer in answers {
        answer.is_problem(401, "unauthenticated");
    }
    let queries = api.storage.calls(&["tenants_of"]) - before;
    assert!(queries <= 60, "{queries} queries for 600 tenants");
    assert_eq!(api.storage.calls(&["tenant"]), tenant);
    // What names the tenant that is known costs nothing, nor does what no tenant could have signed.
    let mut other_secret = token("t601", "u1", "inbox");
    other_secret.pop();
    for token in [signed(&stranger, "acme", "inbox"), other_secret] {
        api.get(INBOX, &token)
            .await
            .is_problem(401, "unauthenticated");
    }
    assert_eq!(api.storage.calls(&["tenants_of"]) - before, queries);
}

#[tokio::test(start_paused = true)]
async fn a_known_tenants_key_works_while_the_database_is_away() {
    let (api, pair) = with_key().await;
    let own = signed(&pair, "acme", "inbox");
    until(&api, &own, 200).await;
    for call in ["tenant", "tenants_of"] {
        api.storage.break_call(call, Fault::Error);
    }
    tokio::time::advance(Duration::from_secs(10)).await;
    assert_eq!(api.get(INBOX, &own).await.status, 200);
    let unknown = api.get(INBOX, &signed(&pair, "never-seen", "inbox")).await;
    unknown.is_problem(503, "service_unavailable");
}

#[tokio::test]
async fn the_audience_is_demanded_and_the_issuer_is_the_tenants_own() {
    let provider = Provider::default();
    let published = ed_pair();
    provider.publish(&[jwk(&published, "p")]);
    let settings = KeySettings {
        audience: Some("campanile".into()),
        issuer: Some("https://id.example".into()),
        ..provider.settings().await
    };
    let (api, pair) = (TestApi::with_keys(settings).await, ec_pair());
    let by = |pair: &Pair, kid, scope: &str, aud: Option<&str>, iss: &str| {
        let claims = Claims {
            aud: aud.map(str::to_owned),
            iss: Some(iss.to_owned()),
            ..claims("acme", "u1", scope)
        };
        sign(pair, Some(kid), &claims)
    };
    let root = by(
        &published,
        "p",
        "platform",
        Some("campanile"),
        "https://id.example",
    );
    let body = json!({"token_keys": {"keys": [jwk(&pair, "1")]}}).to_string();
    let given = api.call(send_json("PATCH", ACME, &root, body)).await;
    assert_eq!(given.status, 200, "{}", given.text);
    until(
        &api,
        &by(
            &pair,
            "1",
            "inbox",
            Some("campanile"),
            "https://acme.example",
        ),
        200,
    )
    .await;
    let refused = api
        .get(
            INBOX,
            &by(&pair, "1", "inbox", None, "https://acme.example"),
        )
        .await;
    let refused = refused.is_problem(401, "unauthenticated");
    assert!(
        refused["detail"].as_str().unwrap().contains("(aud)"),
        "{refused}"
    );
    let foreign = by(
        &published,
        "p",
        "inbox",
        Some("campanile"),
        "https://acme.example",
    );
    let refused = api
        .get(INBOX, &foreign)
        .await
        .is_problem(401, "unauthenticated");
    assert!(
        refused["detail"].as_str().unwrap().contains("(iss)"),
        "{refused}"
    );
    // Of tokens whose key is known, or is the tenant's, the provider hears nothing.
    assert_eq!(provider.asked(), 1);
}

/// Every operation as a stranger whose tenant has a key.
#[tokio::test]
async fn a_tenants_key_opens_nothing_of_another_tenant() {
    let (api, pair) = with_key().await;
    until(&api, &signed(&pair, "acme", "inbox"), 200).await;
    let mut walked = 0;
    for (method, path, scope) in OPERATIONS {
        let Some(scope) = scope else { continue };
        let token = signed(&pair, "other", scope);
        let answer = api.call(request(method, path, Some(&token))).await;
        answer.is_problem(401, "unauthenticated");
        walked += 1;
    }
    assert!(walked > 100, "{walked} operations");
}
