//! Tenants' own providers: what is shown of them, what never is, and what is refused.

use campanile_api::{Draining, RequestLimits};
use campanile_domain::{Channel, TenantId, WorkerId};
use campanile_storage::{
    AccountPause, AccountPauses, AccountTrouble, AccountTroubles, Maintenance, Providers,
    WorkerRow, Workers,
};
use campanile_storage_contract::fixture::now;
use campanile_test_support::fcm::FcmAccount;
use serde_json::{Value, json};

use campanile_test_support::log::Lines;

use crate::log::collect;
use crate::support::{Answer, TestApi, delete, operator, send_json};

const PATH: &str = "/api/v1/admin/providers";

async fn put(api: &TestApi, tenant: &str, name: &str, body: &Value) -> Answer {
    let path = format!("{PATH}/{name}");
    let request = send_json("PUT", &path, &operator(tenant), body.to_string());
    api.call(request).await
}

async fn list(api: &TestApi, tenant: &str) -> Value {
    api.get(PATH, &operator(tenant)).await.json()
}

fn push() -> Value {
    let account = FcmAccount::new();
    json!({"channel": "push", "settings": {"type": "service_account",
        "project_id": account.project_id, "client_email": account.client_email,
        "private_key": account.private_key}})
}

fn mail() -> Value {
    json!({"channel": "email", "settings": {"host": "mail.example.com", "username": "zoe",
        "password": "hunter2-hunter2", "from": "zoe@example.com"}})
}

/// Sets, lists, replaces and removes; nothing that is said has a secret in it.
async fn whole_life(api: &TestApi) {
    let account = FcmAccount::new();
    let line = account.private_key.lines().nth(3).unwrap();
    let lines = Lines::default();
    let guard = collect(&lines);
    let mut said = Vec::new();
    let set = put(api, "acme", "main", &push()).await;
    assert_eq!(set.status, 200, "{}", set.text);
    let shown = set.json();
    assert_eq!(
        shown["settings"],
        json!({"project_id": account.project_id,
        "client_email": account.client_email})
    );
    assert_eq!(
        (&shown["secrets"], &shown["weight"]),
        (&json!(["private_key"]), &Value::Null)
    );
    assert_eq!(
        (&shown["name"], &shown["failover_to"]),
        (&json!("main"), &Value::Null)
    );
    said.push(set.text);
    said.push(put(api, "acme", "relay", &mail()).await.text);
    let page = list(api, "acme").await;
    assert_eq!(page["providers"][0], shown);
    assert_eq!(page["providers"][1]["secrets"], json!(["password"]));
    assert_eq!(list(api, "other").await, json!({"providers": []}));
    said.push(page.to_string());
    // The key is kept where it goes nowhere else, and asked for again where it does.
    let mut again = push();
    again["settings"]["private_key"] = Value::Null;
    assert_eq!(put(api, "acme", "main", &again).await.status, 200);
    again["settings"]["endpoint"] = json!("https://evil.example.com");
    let moved = put(api, "acme", "main", &again).await;
    moved.names_wrong(&[("/settings/private_key", "required")]);
    let foreign = put(api, "other", "main", &again).await;
    foreign.names_wrong(&[("/settings/private_key", "required")]);
    let mut wrong = mail();
    wrong["settings"]["port"] = json!(0);
    let wrong = put(api, "acme", "relay", &wrong).await;
    wrong.names_wrong(&[("/settings/port", "invalid")]);
    said.extend([moved.text, foreign.text, wrong.text]);
    let name = format!("{PATH}/main");
    let gone = api.call(delete(&name, &operator("other"))).await;
    gone.is_problem(404, "provider_not_found");
    assert_eq!(api.call(delete(&name, &operator("acme"))).await.status, 204);
    let gone = api.call(delete(&name, &operator("acme"))).await;
    gone.is_problem(404, "provider_not_found");
    drop(guard);
    said.push(lines.text());
    for text in said {
        assert!(!text.contains("hunter2") && !text.contains(line), "{text}");
    }
    assert!(lines.text().contains("removed a provider"));
}

#[tokio::test]
async fn secrets_are_never_shown_nor_written_in_a_file() {
    let api = TestApi::new().await;
    let storage = api.storage.clone();
    whole_life(&api).await;
    put(&api, "acme", "main", &push()).await;
    storage.close().await;
    let account = FcmAccount::new();
    let line = account.private_key.lines().nth(3).unwrap();
    for file in std::fs::read_dir(&api.folder.0).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        for secret in [line, "hunter2"] {
            let mut windows = bytes.windows(secret.len());
            assert!(!windows.any(|part| part == secret.as_bytes()), "{secret}");
        }
    }
}

/// The forms are those of the guard around calls; sources: the URL standard's IPv4 parser, and the IANA
/// special-purpose registries.
#[tokio::test]
async fn an_address_that_is_not_public_is_refused_however_it_is_written() {
    let api = TestApi::new().await;
    let hook = |host: &str| {
        let url = format!("http://{host}/hook");
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        json!({"channel": "webhook", "settings": {"url": url, "secret": secret}})
    };
    let relay = |host: &str| {
        let mut body = mail();
        body["settings"]["host"] = json!(host);
        body
    };
    let private = "127.0.0.1 127.1 2130706433 0x7f.1 0x7f000001 0177.0.0.1 127.0.0.1. 10.0.0.8 \
        172.16.0.1 192.168.1.1 169.254.169.254 169.254.43518 100.64.0.1 0.0.0.0 0 255.255.255.255 \
        １２７.0.0.1 [::1] [::] [fc00::1] [fe80::1] [::ffff:127.0.0.1] [::ffff:a00:1] \
        [64:ff9b::a9fe:a9fe] [2002:7f00:1::1] [2001:0:7f00:1:0:0:f7f7:f7f7]";
    for host in private.split_whitespace() {
        let refused = put(&api, "acme", "main", &hook(host)).await;
        refused.names_wrong(&[("/settings/url", "invalid")]);
        for host in [host, host.trim_matches(['[', ']'])] {
            let refused = put(&api, "acme", "main", &relay(host)).await;
            refused.names_wrong(&[("/settings/host", "invalid")]);
        }
    }
    for host in ["8.8.8.8", "[2606:4700:4700::1111]", "hooks.example.com"] {
        assert_eq!(put(&api, "acme", "main", &hook(host)).await.status, 200);
        assert_eq!(put(&api, "acme", "main", &relay(host)).await.status, 200);
    }
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let api = TestApi::new().await;
    let with = |field: &str, value: Value| {
        let mut body = mail();
        body[field] = value;
        body
    };
    for (body, expected) in [
        (
            json!({}),
            &[("/channel", "required"), ("/settings", "required")][..],
        ),
        (
            with("channel", json!("pigeon")),
            &[("/channel", "unknown_value")],
        ),
        (
            with("channel", json!("in_app")),
            &[("/channel", "not_supported")],
        ),
        (with("settings", json!([])), &[("/settings", "wrong_type")]),
        (with("weight", json!(0)), &[("/weight", "out_of_range")]),
        (with("weight", json!(1_001)), &[("/weight", "out_of_range")]),
        (with("weight", json!(-1)), &[("/weight", "out_of_range")]),
        (with("weight", json!("1")), &[("/weight", "wrong_type")]),
        (
            with("failover_to", json!("b")),
            &[("/failover_to", "unknown_value")],
        ),
        (
            with("failover_to", json!("B c")),
            &[("/failover_to", "unknown_value")],
        ),
        (
            with("failover_to", json!("main")),
            &[("/failover_to", "circular")],
        ),
        (
            with("failover_to", json!(1)),
            &[("/failover_to", "wrong_type")],
        ),
        (with("name", json!("b")), &[("/name", "unknown_field")]),
    ] {
        put(&api, "acme", "main", &body).await.names_wrong(expected);
    }
    let path = put(&api, "acme", "UPPER", &mail()).await;
    path.is_problem(404, "provider_not_found");
    assert_eq!(put(&api, "acme", "a", &mail()).await.status, 200);
    assert_eq!(put(&api, "acme", "b", &mail()).await.status, 200);
}

#[tokio::test]
async fn providers_share_and_fail_over_within_their_tenant_and_channel() {
    let api = TestApi::new().await;
    let to = |mut body: Value, other: &str| {
        body["failover_to"] = json!(other);
        body["weight"] = json!(3);
        body
    };
    assert_eq!(put(&api, "acme", "spare", &mail()).await.status, 200);
    let set = put(&api, "acme", "main", &to(mail(), "spare")).await.json();
    assert_eq!(
        (&set["weight"], &set["failover_to"]),
        (&json!(3), &json!("spare"))
    );
    for (tenant, name, body, expected) in [
        (
            "acme",
            "spare",
            to(mail(), "main"),
            ("/failover_to", "circular"),
        ),
        (
            "acme",
            "phone",
            to(push(), "main"),
            ("/failover_to", "other_channel"),
        ),
        ("acme", "spare", push(), ("/channel", "other_channel")),
        (
            "other",
            "main",
            to(mail(), "spare"),
            ("/failover_to", "unknown_value"),
        ),
    ] {
        let refused = put(&api, tenant, name, &body).await;
        refused.names_wrong(&[expected]);
    }
    let spare = format!("{PATH}/spare");
    let refused = api.call(delete(&spare, &operator("acme"))).await;
    refused.is_problem(409, "provider_in_use");
    assert_eq!(put(&api, "acme", "main", &mail()).await.status, 200);
    let removed = api.call(delete(&spare, &operator("acme"))).await;
    assert_eq!(removed.status, 204);
}

#[tokio::test]
async fn an_operator_sees_how_its_own_providers_stand() {
    let api = TestApi::new().await;
    put(&api, "acme", "main", &mail()).await;
    put(&api, "other", "main", &mail()).await;
    assert_eq!(list(&api, "acme").await["providers"][0]["state"], "ready");
    let since = now();
    let reported = |misconfigured, since| AccountTrouble {
        tenant: TenantId::parse("acme").unwrap(),
        channel: Channel::Email,
        name: "main".into(),
        misconfigured,
        breaker_open: true,
        probing: false,
        detail: "the last call failed: 535".into(),
        since,
    };
    // Two workers: the worst of what they say, since the earliest.
    let earlier = since - chrono::TimeDelta::minutes(1);
    for trouble in [reported(true, since), reported(false, earlier)] {
        let worker = WorkerRow {
            id: WorkerId::at(since),
            host: "host".into(),
            heartbeat_at: since,
        };
        api.storage.heartbeat(&worker).await.unwrap();
        let reported = api.storage.tell_troubles(worker.id, &[trouble]).await;
        reported.unwrap();
    }
    let shown = list(&api, "acme").await["providers"][0].clone();
    assert_eq!(shown["state"], "misconfigured", "{shown}");
    assert_eq!(shown["detail"], "the last call failed: 535");
    assert_eq!(shown["since"], json!(earlier));
    let foreign = list(&api, "other").await["providers"][0].clone();
    assert_eq!(
        (&foreign["state"], &foreign["since"]),
        (&json!("ready"), &Value::Null)
    );
}

#[tokio::test]
async fn a_paused_provider_is_shown_so_until_it_is_resumed_or_set_again() {
    let api = TestApi::new().await;
    put(&api, "acme", "main", &mail()).await;
    put(&api, "other", "main", &mail()).await;
    let paused_at = now();
    let tenant = TenantId::parse("acme").unwrap();
    let pause = async || {
        let own = api.storage.providers(&tenant).await.unwrap();
        let pause = AccountPause {
            tenant: tenant.clone(),
            name: "main".into(),
            channel: Channel::Email,
            version: own[0].version.to_string(),
            code: "410".into(),
            paused_at,
        };
        api.storage.pause_account(&pause).await.unwrap();
    };
    let state = async |tenant| list(&api, tenant).await["providers"][0]["state"].clone();
    pause().await;
    let shown = list(&api, "acme").await["providers"][0].clone();
    assert_eq!(
        (&shown["state"], &shown["since"]),
        (&json!("paused"), &json!(paused_at))
    );
    assert!(shown["detail"].as_str().unwrap().contains("410"), "{shown}");
    assert_eq!(state("other").await, "ready");
    let resume = async |tenant| {
        let path = format!("{PATH}/main/resume");
        api.call(send_json("POST", &path, &operator(tenant), String::new()))
            .await
    };
    let foreign = resume("other").await;
    foreign.is_problem(404, "provider_not_found");
    assert_eq!(state("acme").await, "paused");
    assert_eq!(resume("acme").await.status, 204);
    assert_eq!(state("acme").await, "ready");
    resume("acme").await.is_problem(404, "provider_not_found");
    pause().await;
    put(&api, "acme", "main", &mail()).await;
    assert_eq!(state("acme").await, "ready");
    let left = api.storage.account_pauses(None).await.unwrap();
    assert!(left.is_empty());
}

#[tokio::test]
async fn without_a_master_key_nothing_is_set_and_the_answer_says_why() {
    let mut api = TestApi::new().await;
    let (limits, draining) = (RequestLimits::default(), Draining::default());
    api.router = crate::support::without_key(api.storage.clone(), limits, draining);
    let refused = put(&api, "acme", "main", &mail()).await;
    let problem = refused.is_problem(409, "not_configured");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.starts_with("CAMPANILE_MASTER_KEY"), "{detail}");
    assert_eq!(list(&api, "acme").await, json!({"providers": []}));
}
