//! Tenants' own providers: set over the API and on the command line, used, and taken away.

use std::io::Write;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use campanile_test_support::fcm::{FcmReply, FcmServer};
use campanile_test_support::postgres::TestDatabase;
use campanile_test_support::webhook::{Received, WebhookReceiver};
use chrono::{DateTime, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Acme, Process, SECRET, campanile, complaint, token};

pub const HERE: (&str, &str) = ("CAMPANILE_ALLOW_PRIVATE_NETWORKS", "127.0.0.0/8");

/// What Google would hand out, for a server on this machine.
pub fn file(fcm: &FcmServer) -> Value {
    let account = fcm.account();
    json!({"type": "service_account", "project_id": account.project_id,
        "client_email": account.client_email, "private_key": account.private_key,
        "private_key_id": account.private_key_id, "token_uri": fcm.token_uri(),
        "endpoint": fcm.endpoint()})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenants_own_account_delivers_and_waits_when_it_is_gone() {
    let (dir, fcm) = (tempfile::tempdir().unwrap(), FcmServer::start().await);
    let acme = Acme::start(dir.path().to_str().unwrap(), &[HERE]);
    let device = json!({"kind": "token", "value": "phone", "platform": "android"});
    let (user, devices) = (["u1", "inbox"], "/api/v1/devices");
    assert_eq!(acme.call(Method::POST, devices, user, &device).await.0, 201);
    let body = json!({"channel": "push", "settings": file(&fcm)});
    let (status, shown) = acme.admin(Method::PUT, &body).await;
    assert_eq!((status, &shown["secrets"]), (200, &json!(["private_key"])));
    acme.send_until_received(&fcm).await;

    // Taken away while a delivery is between two attempts: it waits, and none is used up.
    let down = FcmReply::error(503, "UNAVAILABLE");
    fcm.answer_for("phone", [down]);
    let id = acme.send("push").await;
    acme.reported(&id, "retrying").await;
    assert_eq!(acme.admin(Method::DELETE, &Value::Null).await.0, 204);
    assert_eq!(acme.admin(Method::DELETE, &Value::Null).await.0, 404);
    let push = acme.reported(&id, "deferred").await;
    assert_eq!(push["reason"], "no_account", "{push}");
    assert_eq!(push["attempts"].as_array().unwrap().len(), 1, "{push}");

    // What the directory keeps is of no use to a thief without its key.
    assert_eq!(acme.admin(Method::PUT, &body).await.0, 200);
    assert_eq!(acme.up.terminate().0, Some(0));
    let key = &fcm.account().private_key;
    let line = key.lines().nth(3).unwrap().as_bytes();
    for name in ["campanile.db", "campanile.db-wal"] {
        let bytes = std::fs::read(dir.path().join(name)).unwrap_or_default();
        assert!(
            !bytes.windows(line.len()).any(|part| part == line),
            "{name}"
        );
    }
    doctor_sees_it(dir.path().to_str().unwrap());
}

/// With the right key, and with another.
fn doctor_sees_it(data: &str) {
    let doctor = |environment: &[(&str, &str)]| {
        let environment = [environment, &[HERE]].concat();
        let output = campanile(&["doctor", "--data-dir", data], &environment).output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    let well = doctor(&[]);
    assert!(well.contains("1, all can be used"), "{well}");
    let other = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let ill = doctor(&[("CAMPANILE_MASTER_KEY", other)]);
    let line = ill.lines().find(|line| line.starts_with("FAULT")).unwrap();
    assert!(
        line.contains("acme/main") && line.contains("another key"),
        "{ill}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_inside_is_refused_unless_the_operator_allows_it() {
    let (dir, fcm) = (tempfile::tempdir().unwrap(), FcmServer::start().await);
    let acme = Acme::start(dir.path().to_str().unwrap(), &[]);
    let body = json!({"channel": "push", "settings": file(&fcm)});
    let (status, problem) = acme.admin(Method::PUT, &body).await;
    assert_eq!(status, 422, "{problem}");
    assert_eq!(problem["errors"][0]["field"], "/settings/endpoint");
    assert!(!problem.to_string().contains("PRIVATE KEY"), "{problem}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenants_webhook_reaches_no_private_network_not_even_at_its_own_address() {
    let (dir, receiver) = (tempfile::tempdir().unwrap(), WebhookReceiver::start().await);
    let data = dir.path().to_str().unwrap();
    let acme = Acme::start(data, &[]);
    let settings = json!({"url": receiver.url(), "secret": SECRET});
    let body = json!({"channel": "webhook", "settings": settings});
    let (status, problem) = acme.admin(Method::PUT, &body).await;
    assert_eq!(status, 422, "{problem}");
    assert_eq!(problem["errors"][0]["field"], "/settings/url");
    assert_eq!(acme.up.terminate().0, Some(0));
    // Set while the operator allows it, and used when that is over.
    let acme = Acme::again(data, &[HERE]);
    assert_eq!(acme.admin(Method::PUT, &body).await.0, 200);
    assert_eq!(acme.up.terminate().0, Some(0));
    // Loaded at the start, so that the first notification has a way.
    let acme = Acme::again(data, &[]);
    let id = acme.send("webhook").await;
    let way = acme.reported(&id, "dead").await;
    assert_eq!(receiver.received().len(), 0, "{way}");
    assert_eq!(acme.up.terminate().0, Some(0));
    let acme = Acme::again(data, &[HERE]);
    let id = acme.send("webhook").await;
    acme.reported(&id, "sent").await;
    assert_eq!(receiver.received().len(), 1);
}

/// The command on a cluster's database, with something to read.
fn provider(environment: &[(&str, &str)], arguments: &[&str], input: &str) -> Output {
    let arguments = [&["provider"], arguments, &["--tenant", "default"]].concat();
    let mut command = campanile(&arguments, environment);
    let command = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A command that refuses its arguments reads nothing.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn providers_of_a_cluster_are_set_listed_and_removed() {
    let (database, fcm) = (TestDatabase::create().await, FcmServer::start().await);
    let key = (
        "CAMPANILE_MASTER_KEY",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    );
    let url = ("DATABASE_URL", database.url());
    let environment = [url, key, HERE];
    let set = ["set", "main", "--channel", "push", "--settings", "-"];
    let google = file(&fcm).to_string();

    let without = complaint(&provider(&[url, HERE], &set, &google));
    assert!(
        without.contains("CAMPANILE_MASTER_KEY is not set"),
        "{without}"
    );
    let half = complaint(&provider(&environment, &set, r#"{"project_id": "p"}"#));
    assert!(half.contains("/settings/private_key"), "{half}");
    let no_json = complaint(&provider(&environment, &set, "hunter2"));
    assert!(
        no_json.contains("is not JSON") && !no_json.contains("hunter2"),
        "{no_json}"
    );
    let inside = r#"{"host": "0x7f.1", "from": "a@example.com"}"#;
    let set_mail = ["set", "mail", "--channel", "email", "--settings", "-"];
    let inside = complaint(&provider(&[url, key], &set_mail, inside));
    assert!(inside.contains("/settings/host"), "{inside}");
    for text in [&without, &half, &no_json, &inside] {
        assert_eq!(text.lines().count(), 1, "{text}");
    }
    let done = provider(&environment, &set, &google);
    assert_eq!(done.stdout, b"set main for push\n", "{done:?}");
    let other = [
        url,
        HERE,
        (key.0, "BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
    ];
    let wrong = complaint(&provider(&other, &set, &google));
    assert!(wrong.contains("another key"), "{wrong}");

    // A list needs no key.
    let list = provider(&[url], &["list", "--format", "json"], "").stdout;
    let list: Value = serde_json::from_slice(&list).unwrap();
    assert_eq!(list["providers"][0]["secrets"], json!(["private_key"]));
    let table = provider(&[url], &["list", "--wide"], "").stdout;
    let table = String::from_utf8(table).unwrap();
    assert!(
        table.contains("project-1") && !table.contains("BEGIN"),
        "{table}"
    );
    let remove = ["remove", "main"];
    assert_eq!(provider(&[url], &remove, "").stdout, b"removed main\n");
    let gone = complaint(&provider(&[url], &remove, ""));
    assert!(gone.contains("default has no provider main"), "{gone}");
    database.close().await;
}

const NEW_SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

/// Whether the official library verifies it with the old secret, and with the new one.
fn verified_with(received: &Received) -> [bool; 2] {
    [SECRET, NEW_SECRET].map(|secret| {
        let official = standardwebhooks::Webhook::new(secret).unwrap();
        official.verify(&received.body, &received.headers).is_ok()
    })
}

/// Sends until a webhook is signed like this: an account is used within seconds.
async fn signed_like(acme: &Acme, receiver: &WebhookReceiver, expected: [bool; 2]) {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        acme.send("webhook").await;
        let last = receiver.received().last().map(verified_with);
        if last == Some(expected) {
            return;
        }
        assert!(Instant::now() < until, "{last:?} instead of {expected:?}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhooks_old_secret_signs_beside_the_new_one_while_its_tenant_wants_it() {
    let (dir, receiver) = (tempfile::tempdir().unwrap(), WebhookReceiver::start().await);
    let acme = Acme::start(dir.path().to_str().unwrap(), &[HERE]);
    let put = async |secret: Option<&str>, overlap: Option<u16>| {
        let settings = json!({"url": receiver.url(), "secret": secret,
            "secret_overlap_hours": overlap});
        let body = json!({"channel": "webhook", "settings": settings});
        let (status, shown) = acme.admin(Method::PUT, &body).await;
        assert_eq!(status, 200, "{shown}");
        let text = shown.to_string();
        assert!(!text.contains("whsec_"), "{text}");
        shown["previous_secret_expires_at"].clone()
    };
    assert_eq!(put(Some(SECRET), None).await, Value::Null);
    signed_like(&acme, &receiver, [true, false]).await;
    let until = put(Some(NEW_SECRET), None).await;
    let until: DateTime<Utc> = until.as_str().unwrap().parse().unwrap();
    let left = until - Utc::now();
    assert!((23..=24).contains(&left.num_hours()), "{left}");
    signed_like(&acme, &receiver, [true, true]).await;
    // Other changes do not prolong it; an overlap of 0 ends it.
    assert_eq!(put(None, Some(1)).await, json!(until));
    assert_eq!(put(None, Some(0)).await, Value::Null);
    signed_like(&acme, &receiver, [false, true]).await;
    assert_eq!(acme.up.terminate().0, Some(0));
    for name in ["campanile.db", "campanile.db-wal"] {
        let bytes = std::fs::read(dir.path().join(name)).unwrap_or_default();
        for secret in [SECRET, NEW_SECRET].map(str::as_bytes) {
            let is_there = bytes.windows(secret.len()).any(|part| part == secret);
            assert!(!is_there, "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_operators_previous_secret_signs_until_it_expires() {
    let previous = ("WEBHOOK_SECRET_PREVIOUS", SECRET);
    let expired = ("WEBHOOK_SECRET_PREVIOUS_EXPIRES_AT", "2020-01-01T00:00:00Z");
    let valid = ("WEBHOOK_SECRET_PREVIOUS_EXPIRES_AT", "2120-01-01T00:00:00Z");
    for (more, expected) in [
        (&[previous][..], [true, true]),
        (&[previous, valid], [true, true]),
        (&[previous, expired], [false, true]),
    ] {
        let (dir, receiver) = (tempfile::tempdir().unwrap(), WebhookReceiver::start().await);
        let data = dir.path().to_str().unwrap();
        let url = receiver.url();
        let own = [
            ("WEBHOOK_URL", url.as_str()),
            ("WEBHOOK_SECRET", NEW_SECRET),
        ];
        let up = Process::start(
            &["up", "--data-dir", data, "--listen", "127.0.0.1:0"],
            &[&own, more].concat(),
        );
        let body = json!({"notification_type": "new_message", "recipients": ["u1"],
            "content": {}, "channels": ["webhook"]});
        let sent = reqwest::Client::new()
            .post(format!("http://{}/api/v1/notifications", up.address()))
            .bearer_auth(token(data, "svc", "notifications:send"))
            .json(&body)
            .send()
            .await
            .unwrap();
        assert_eq!(sent.status(), 202);
        assert_eq!(
            verified_with(&receiver.wait_for(1).await[0]),
            expected,
            "{more:?}"
        );
        assert_eq!(up.terminate().0, Some(0));
    }
}
