//! The audit log: every admin operation that writes leaves an entry, and the entries are listed, exported and kept.

use std::collections::BTreeSet;

use campanile_app::audit::verify;
use campanile_domain::{AuditId, AuditRow, Channel, DeliveryState, TenantId};
use campanile_storage::{
    AccountPause, AccountPauses, ApiKeys, AuditLog, FinishedDelivery, Storage,
};
use campanile_storage_contract::fixture::{dispatched, finished, load, now, record};
use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, TestApi, operator, send_json, service};
use crate::walk::OPERATIONS;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BRAND: &str = "/api/v1/admin/brand";
const LOG: &str = "/api/v1/admin/audit-log";
const SUPPRESSIONS: &str = "/api/v1/admin/suppressions";
const TYPE: &str = "/api/v1/admin/types/{type}";
const DRAFT: &str = "/api/v1/admin/templates/{type}/{channel}/{locale}";
const VARIANT: &str = "/api/v1/admin/templates/{type}/{channel}/variants/{variant}";
const PUBLISH: &str = "/api/v1/admin/templates/{type}/publish";
/// Scopes of a tenant's operators. What `platform` does is in `tenants`.
const ADMIN: [&str; 3] = ["admin", "templates:write", "deliveries:write"];
const KEYS: &str = "/api/v1/admin/api-keys";
const KEY: &str = "/api/v1/admin/api-keys/{id}";
const ROTATE: &str = "/api/v1/admin/api-keys/{id}/rotate";
const INGEST: &str = "/api/v1/admin/ingest-addresses";
const PROVIDER: &str = "/api/v1/admin/providers/{name}";

/// Operations that read what their body asks for.
const READS: [&str; 1] = ["/api/v1/admin/templates/preview"];

fn acme() -> TenantId {
    TenantId::parse("acme").unwrap()
}

/// Valid calls in an order in which each of them changes something, with the action and the target of the entry.
fn calls() -> Vec<(
    &'static str,
    &'static str,
    Value,
    &'static str,
    &'static str,
)> {
    let later = Utc::now() + TimeDelta::days(1);
    let hook = json!({"channel": "webhook",
        "settings": {"url": "https://a.example.com/", "secret": SECRET}});
    let test = json!({"content": {"card": "4111"}, "channels": ["in_app"], "user_id": "u1"});
    let schema = json!({"schema": {"type": "object"}});
    let draft = json!({"parts": {"title": "Wording of acme"}});
    let version = "/api/v1/admin/templates/{type}/versions/{version}";
    let roll_back = "/api/v1/admin/templates/{type}/rollback";
    let (replay, purge) = (
        "/api/v1/admin/dead-letters/replay",
        "/api/v1/admin/dead-letters/purge",
    );
    let (listed, entry) = (
        json!({"addresses": ["Ada@example.com"]}),
        json!({"address": "ada@example.com"}),
    );
    let none = Value::Null;
    let key = json!({"name": "k", "scopes": ["viewer"]});
    vec![
        ("post", KEYS, key, "api_key.create", "api_key/"),
        ("post", ROTATE, json!({}), "api_key.rotate", "api_key/"),
        ("delete", KEY, none.clone(), "api_key.revoke", "api_key/"),
        ("put", BRAND, json!({"name": "Acme"}), "brand.save", "brand"),
        ("put", TYPE, schema, "type.save", "type/t"),
        ("delete", TYPE, none.clone(), "type.remove", "type/t"),
        (
            "put",
            DRAFT,
            draft,
            "template.draft_save",
            "template/t/push/en",
        ),
        (
            "put",
            VARIANT,
            json!({"weight": 10, "templates": {"en": {"title": "Other words"}}}),
            "variant.save",
            "template/t/push/variants/v",
        ),
        ("post", PUBLISH, json!({}), "template.publish", "template/t"),
        (
            "post",
            "/api/v1/admin/templates/{type}/promote",
            json!({"channel": "push", "variant": "control"}),
            "variant.promote",
            "template/t",
        ),
        (
            "put",
            VARIANT,
            json!({"weight": 10, "templates": {"en": {"title": "Other words"}}}),
            "variant.save",
            "template/t/push/variants/v",
        ),
        (
            "delete",
            VARIANT,
            none.clone(),
            "variant.remove",
            "template/t/push/variants/v",
        ),
        (
            "post",
            PUBLISH,
            json!({"publish_at": later}),
            "template.publish",
            "template/t",
        ),
        (
            "delete",
            version,
            none.clone(),
            "template.unschedule",
            "template/t/versions/3",
        ),
        (
            "post",
            roll_back,
            json!({"version": 1}),
            "template.roll_back",
            "template/t",
        ),
        (
            "post",
            "/api/v1/admin/templates/{type}/test",
            test,
            "template.test",
            "template/t",
        ),
        (
            "delete",
            DRAFT,
            none.clone(),
            "template.draft_remove",
            "template/t/push/en",
        ),
        (
            "delete",
            "/api/v1/admin/templates/{type}",
            none.clone(),
            "template.retire",
            "template/t",
        ),
        (
            "put",
            "/api/v1/admin/preferences",
            json!({"push_notifications": false}),
            "preferences.defaults",
            "preferences",
        ),
        ("put", PROVIDER, hook, "provider.set", "provider/main"),
        (
            "post",
            "/api/v1/admin/providers/{name}/resume",
            none.clone(),
            "provider.resume",
            "provider/main",
        ),
        (
            "delete",
            PROVIDER,
            none.clone(),
            "provider.remove",
            "provider/main",
        ),
        (
            "put",
            "/api/v1/admin/retention",
            json!({"days": 30}),
            "retention.set",
            "retention",
        ),
        (
            "put",
            "/api/v1/admin/audit-log/retention",
            json!({"days": 60}),
            "audit.retention",
            "audit_log",
        ),
        (
            "post",
            replay,
            json!({"code": "a"}),
            "dead_letter.replay",
            "dead_letters",
        ),
        (
            "post",
            purge,
            json!({"all": true}),
            "dead_letter.purge",
            "dead_letters",
        ),
        (
            "post",
            SUPPRESSIONS,
            listed,
            "suppression.add",
            "suppressions/email",
        ),
        (
            "delete",
            SUPPRESSIONS,
            entry,
            "suppression.remove",
            "suppressions/email",
        ),
        (
            "post",
            "/api/v1/admin/users/{user_id}/merge",
            json!({"into": "kept"}),
            "user.merge",
            "user/u1",
        ),
        (
            "delete",
            "/api/v1/users/{user_id}",
            none,
            "user.erase",
            "user/u1",
        ),
    ]
}

async fn call(api: &TestApi, method: &str, pattern: &str, body: &Value) -> Answer {
    let newest = api.storage.api_keys(&acme(), None, 1).await.unwrap();
    let id = newest.first().map(|key| key.id.to_string());
    let path = pattern
        .replace("{id}", &id.unwrap_or_default())
        .replace("{type}", "t")
        .replace("{channel}", "push")
        .replace("{locale}", "en")
        .replace("{version}", "3")
        .replace("{variant}", "v")
        .replace("{name}", "main")
        .replace("{user_id}", "u1");
    let body = match body {
        Value::Null => String::new(),
        body => body.to_string(),
    };
    let method = method.to_ascii_uppercase();
    let mut request = send_json(&method, &path, &operator("acme"), body);
    let id = "audited-1".parse().unwrap();
    request.headers_mut().insert("x-request-id", id);
    api.call(request).await
}

async fn rows(api: &TestApi) -> Vec<AuditRow> {
    let first = AuditId(Uuid::nil());
    let rows = api.storage.audit_rows_after(&acme(), first, 1_000).await;
    rows.unwrap()
}

/// A user, dead letters and a paused account, for the calls that are about one.
async fn prepare(api: &TestApi) {
    for path in ["/api/v1/users/u1", "/api/v1/users/kept"] {
        let user = send_json("PUT", path, &service("acme"), "{}");
        assert_eq!(api.call(user).await.status, 200);
    }
    let storage: &dyn Storage = api.storage.as_ref();
    let dispatch = dispatched(storage, &acme(), &["a", "b"]).await;
    for job in load(storage, &dispatch).await.unwrap().jobs {
        let mut result = FinishedDelivery {
            reason: Some("rejected".into()),
            ..finished(&job, DeliveryState::Dead)
        };
        result.attempt.as_mut().unwrap().code = job.notification.user_id.to_string();
        record(storage, None, vec![result]).await;
    }
    record(storage, Some(&dispatch), Vec::new()).await;
}

#[tokio::test]
async fn every_admin_operation_that_writes_leaves_an_entry() {
    let api = TestApi::new().await;
    prepare(&api).await;
    let mut called = BTreeSet::new();
    for (method, pattern, body, action, target) in calls() {
        if pattern.ends_with("/resume") {
            let pause = AccountPause {
                tenant: acme(),
                name: "main".into(),
                channel: Channel::Webhook,
                version: "1".into(),
                code: "410".into(),
                paused_at: now(),
            };
            api.storage.pause_account(&pause).await.unwrap();
        }
        let before = rows(&api).await.len();
        let answer = call(&api, method, pattern, &body).await;
        let done = answer.status.is_success();
        assert!(done, "{method} {pattern}: {}", answer.text);
        let rows = rows(&api).await;
        assert_eq!(rows.len(), before + 1, "{method} {pattern}");
        let row = rows.last().unwrap();
        assert_eq!(row.action, action);
        // A key goes by its id.
        let is_of_key = target.ends_with('/') && row.target.starts_with(target);
        assert!(is_of_key || row.target == target, "{}", row.target);
        assert_eq!((&*row.actor, row.actor_kind.name()), ("ops", "token"));
        assert_eq!(row.request_id.as_deref(), Some("audited-1"));
        called.insert((method, pattern));
    }
    let writes = OPERATIONS.into_iter().filter(|(method, path, scope)| {
        let is_tenants = scope.is_some_and(|scope| ADMIN.contains(&scope));
        is_tenants && *method != "get" && !READS.contains(path)
    });
    let writes: BTreeSet<_> = writes.map(|(method, path, _)| (method, path)).collect();
    for path in [INGEST, "/api/v1/admin/ingest-addresses/{id}"] {
        // Its target is an id that the first call gives: see the test of these two.
        let method = if path == INGEST { "post" } else { "delete" };
        called.insert((method, path));
    }
    assert_eq!(called, writes, "an operation that writes is called here");
    let found = verify(api.storage.as_ref(), &acme(), None, |_| ()).await;
    let found = found.unwrap();
    assert!(found.is_whole(), "{found:?}");
    assert_eq!(found.last, calls().len() as u64);
}

#[tokio::test]
async fn an_ingest_address_leaves_entries_without_its_key() {
    let api = TestApi::new().await;
    let new = json!({"kind": "apprise", "name": "Backups", "recipients": ["u1"]});
    let made = call(&api, "post", INGEST, &new).await.json();
    let id = made["address"]["id"].as_str().unwrap();
    let one = format!("{INGEST}/{id}");
    for status in [204, 404] {
        let answer = call(&api, "delete", &one, &Value::Null).await;
        assert_eq!(answer.status, status, "{}", answer.text);
    }
    let log = api.get(LOG, &operator("acme")).await;
    let key = made["key"].as_str().unwrap();
    assert!(!log.text.contains(&key[10..]), "{}", log.text);
    let entries = &log.json()["entries"];
    assert_eq!(entries.as_array().unwrap().len(), 2);
    let (created, revoked) = (&entries[1], &entries[0]);
    assert_eq!(created["action"], "ingest.create");
    assert_eq!(created["target"], format!("ingest/{id}"));
    assert_eq!(
        (&created["before"], &created["after"]["name"]),
        (&Value::Null, &json!("Backups"))
    );
    assert_eq!(revoked["action"], "ingest.revoke");
    assert!(revoked["after"]["revoked_at"].is_string());
}

#[tokio::test]
async fn what_is_refused_leaves_no_entry() {
    let api = TestApi::new().await;
    for (method, pattern, body) in [
        ("put", BRAND, json!({"colors": 1})),
        ("delete", TYPE, Value::Null),
        ("delete", DRAFT, Value::Null),
        ("post", PUBLISH, json!({})),
        ("delete", PROVIDER, Value::Null),
        ("post", "/api/v1/admin/providers/{name}/resume", Value::Null),
        (
            "put",
            "/api/v1/admin/audit-log/retention",
            json!({"days": 29}),
        ),
    ] {
        let answer = call(&api, method, pattern, &body).await;
        assert!(answer.status.is_client_error(), "{method} {pattern}");
    }
    let all = json!({"all": true});
    let nothing = call(&api, "post", "/api/v1/admin/dead-letters/purge", &all).await;
    assert_eq!(nothing.json()["purged"], 0);
    assert_eq!(rows(&api).await, []);
}

#[tokio::test]
async fn states_are_shown_and_secrets_are_not() {
    let api = TestApi::new().await;
    let hook = |path: &str, secret: &str| {
        json!({"channel": "webhook", "settings": {"url": format!("https://a.example.com/{path}"),
            "secret": secret}})
    };
    let other = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    for body in [hook("one", SECRET), hook("two", other)] {
        let answer = call(&api, "put", PROVIDER, &body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    let log = api.get(LOG, &operator("acme")).await;
    assert_eq!(log.status, 200);
    for secret in [SECRET, other] {
        assert!(!log.text.contains(&secret[6..]), "{}", log.text);
    }
    let entries = &log.json()["entries"];
    let (first, second) = (&entries[1], &entries[0]);
    assert_eq!(first["before"], Value::Null);
    assert_eq!(
        first["after"]["settings"]["url"],
        "https://a.example.com/one"
    );
    assert_eq!(first["after"]["secrets"], json!(["secret"]));
    assert_eq!(second["before"], first["after"]);
    assert_eq!(
        second["after"]["settings"]["url"],
        "https://a.example.com/two"
    );
    assert_ne!(second["after"]["version"], first["after"]["version"]);
}

#[tokio::test]
async fn entries_are_paged_filtered_and_exported() {
    let api = TestApi::new().await;
    for days in [10, 20, 30] {
        let body = json!({"days": days});
        let answer = call(&api, "put", "/api/v1/admin/retention", &body).await;
        assert_eq!(answer.status, 200);
    }
    call(&api, "put", BRAND, &json!({"name": "Acme"})).await;
    let token = operator("acme");
    let get = async |query: &str| api.get(&format!("{LOG}?{query}"), &token).await.json();
    let first = get("limit=3").await;
    assert_eq!(first["entries"][0]["action"], "brand.save");
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = get(&format!("limit=3&cursor={cursor}")).await;
    assert_eq!(second["entries"].as_array().unwrap().len(), 1);
    assert_eq!(second["next_cursor"], Value::Null);
    let days = async |query: &str| {
        let found = get(query).await;
        let entries = found["entries"].as_array().unwrap();
        let days = entries.iter().map(|one| one["after"]["days"].clone());
        Value::from(days.collect::<Vec<_>>())
    };
    assert_eq!(days("action=retention.set").await, json!([30, 20, 10]));
    assert_eq!(
        days("target=retention&actor=ops").await,
        json!([30, 20, 10])
    );
    assert_eq!(days("actor=eve").await, json!([]));
    let strangers = api.get(LOG, &operator("other")).await.json();
    assert_eq!(strangers["entries"], json!([]));
    let lines = api.get(&format!("{LOG}/export?limit=2"), &token).await;
    assert_eq!(lines.header("content-type"), Some("application/x-ndjson"));
    let parsed: Vec<Value> = lines
        .text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(parsed[0], second["entries"][0]);
    let last = parsed[1]["id"].as_str().unwrap();
    let rest = api.get(&format!("{LOG}/export?after={last}"), &token).await;
    assert_eq!(rest.text.lines().count(), 2);
    let term = api.get(&format!("{LOG}/retention"), &token).await.json();
    assert_eq!(term, json!({"days": 730, "is_default": true}));
}
