//! Users' own addresses in chat services: registered by them and for them, kept out of the installation's networks, and marked as gone
//! when the service says so.

use campanile_test_support::webhook::{Received, Reply, WebhookReceiver};
use reqwest::Method;
use serde_json::{Value, json};

use crate::providers::HERE;
use crate::support::{Acme, campanile, complaint, token};

const OWN: &str = "/api/v1/addresses";
const OF_U1: &str = "/api/v1/users/u1/addresses";
const USER: [&str; 2] = ["u1", "inbox"];
const SERVICE: [&str; 2] = ["svc", "notifications:send"];
/// Served beside what every installation has.
const SERVED: (&str, &str) = ("CAMPANILE_RECIPE_CHANNELS", "telegram,mattermost");

fn body(call: &Received) -> Value {
    serde_json::from_slice(&call.body).unwrap()
}

async fn put(
    acme: &Acme,
    path: &str,
    who: [&str; 2],
    channel: &str,
    address: &str,
) -> (u16, Value) {
    let body = json!({"channel": channel, "address": address});
    acme.call(Method::POST, path, who, &body).await
}

async fn account(acme: &Acme, name: &str, channel: &str, settings: Value) {
    let path = format!("/api/v1/admin/providers/{name}");
    let body = json!({"channel": channel, "settings": settings});
    let (status, made) = acme.call(Method::PUT, &path, ["ops", "admin"], &body).await;
    assert_eq!(status, 200, "{made}");
}

/// Sends until the channel has an account, which takes seconds.
async fn send(acme: &Acme, channel: &str) -> (String, Value) {
    loop {
        let id = acme.send(channel).await;
        let first = acme.first(&id).await;
        if first["reason"] != "no_account" {
            return (id, first);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_is_told_in_their_own_chat_until_they_block_the_bot() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let chat = WebhookReceiver::start().await;
    let acme = Acme::start(data, &[HERE, SERVED]);
    // Two words for two things.
    let id = acme.send("telegram").await;
    assert_eq!(acme.first(&id).await["reason"], "no_account");
    let bot = json!({"token": "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc", "endpoint": chat.url().replace("/hook", "")});
    account(&acme, "bot", "telegram", bot).await;
    let (_, first) = send(&acme, "telegram").await;
    assert_eq!(
        (&first["status"], &first["reason"]),
        (&json!("suppressed"), &json!("no_address"))
    );

    let (status, problem) = put(&acme, OWN, USER, "telegram", "not a chat").await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (422, &json!("/address")),
        "{problem}"
    );
    let (status, stored) = put(&acme, OWN, USER, "telegram", "987654").await;
    assert_eq!(
        (status, &stored["address"]),
        (201, &json!("987654")),
        "{stored}"
    );
    chat.answer([Reply::status(200).text(r#"{"ok": true, "result": {"message_id": 1}}"#)]);
    let id = acme.send("telegram").await;
    let sent = acme.reported(&id, "sent").await;
    assert_eq!(sent["address"], "987654");
    assert_eq!(body(&chat.received()[0])["chat_id"], "987654");

    let blocked = r#"{"ok": false, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}"#;
    chat.answer([Reply::status(403).text(blocked)]);
    let id = acme.send("telegram").await;
    acme.reported(&id, "dead").await;
    let (_, listed) = acme.call(Method::GET, OF_U1, SERVICE, &Value::Null).await;
    assert!(listed["addresses"][0]["gone_at"].is_string(), "{listed}");
    let id = acme.send("telegram").await;
    assert_eq!(acme.first(&id).await["reason"], "no_address");
    // The account is as it was, and the address is used again once it is registered again.
    let (status, stored) = put(&acme, OF_U1, SERVICE, "telegram", "987654").await;
    assert_eq!(
        (status, &stored["gone_at"]),
        (200, &Value::Null),
        "{stored}"
    );
    chat.answer([Reply::status(200).text(r#"{"ok": true}"#)]);
    let id = acme.send("telegram").await;
    acme.reported(&id, "sent").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_users_webhook_leads_to_no_inner_network_when_it_is_registered_and_when_it_is_called() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let inner = WebhookReceiver::start().await;
    let port = inner.url().rsplit_once(':').unwrap().1.replace("/hook", "");
    let named = format!("https://localhost:{port}/hooks/x");
    // What tenants may reach is not open to users.
    let acme = Acme::start(data, &[HERE, SERVED]);
    for refused in [
        named.as_str(),
        "https://127.0.0.1/hooks/x",
        "https://[::ffff:169.254.169.254]/hooks/x",
        "https://2130706433/hooks/x",
        "https://no-such-name.invalid/hooks/x",
        "http://example.com/hooks/x",
    ] {
        for (path, who) in [(OWN, USER), (OF_U1, SERVICE)] {
            let (status, problem) = put(&acme, path, who, "mattermost", refused).await;
            let field = &problem["errors"][0]["field"];
            assert_eq!(
                (status, field),
                (422, &json!("/address")),
                "{refused}: {problem}"
            );
            assert!(!problem.to_string().contains("/hooks/"), "{problem}");
        }
    }
    let (status, problem) = put(&acme, OWN, USER, "webhook", "https://example.com/").await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (422, &json!("/channel"))
    );

    // A name that led to where users may go leads elsewhere by the time of the call: here, because that is no longer allowed.
    account(&acme, "rooms", "mattermost", json!({})).await;
    assert_eq!(acme.up.terminate().0, Some(0));
    let open = ("CAMPANILE_ALLOW_USER_NETWORKS", "127.0.0.0/8,::1/128");
    let acme = Acme::again(data, &[HERE, SERVED, open]);
    let (status, stored) = put(&acme, OWN, USER, "mattermost", &named).await;
    assert_eq!(status, 201, "{stored}");
    let shown = stored["address"].as_str().unwrap();
    assert!(
        shown.starts_with("https://localhost") && !shown.contains("hooks"),
        "{shown}"
    );
    assert_eq!(acme.up.terminate().0, Some(0));
    let acme = Acme::again(data, &[HERE, SERVED]);
    let id = acme.send("mattermost").await;
    let dead = acme.reported(&id, "dead").await;
    assert_eq!(dead["attempts"][0]["code"], "address_forbidden", "{dead}");
    assert_eq!(dead["attempts"].as_array().unwrap().len(), 1, "{dead}");
    assert!(inner.received().is_empty());
    // Nobody else's messages wait for it.
    let list = "/api/v1/admin/providers";
    let (_, listed) = acme
        .call(Method::GET, list, ["ops", "admin"], &Value::Null)
        .await;
    assert_eq!(listed["providers"][0]["state"], "ready", "{listed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_sets_lists_and_removes_them_here_and_at_a_url() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let acme = Acme::start(data, &[]);
    let url = format!("http://{}", acme.up.address());
    let token = token(data, "svc", "notifications:send");
    let user = |arguments: &[&str], environment: &[(&str, &str)], place: &[&str]| {
        let arguments = [&["user", "address"], arguments, place].concat();
        campanile(&arguments, environment).output().unwrap()
    };
    let secret = [("CAMPANILE_TOKEN", token.as_str())];
    // The token of `default`.
    let there = ["--url", url.as_str()];
    let set = ["set", "u1", "--channel", "slack", "--address", "U024BE7LH"];
    let printed = |output: std::process::Output| {
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    };
    let told = printed(user(&set, &secret, &there));
    assert!(
        told.contains("u1 is reached at this address through slack"),
        "{told}"
    );
    let list = ["list", "u1", "--format", "json"];
    let listed: Value = serde_json::from_str(&printed(user(&list, &secret, &there))).unwrap();
    assert_eq!(listed["addresses"][0]["address"], "U024BE7LH");
    let wrong = [
        "set",
        "u1",
        "--channel",
        "slack",
        "--address",
        "https://a.example/",
    ];
    let why = complaint(&user(&wrong, &secret, &there));
    assert!(
        why.contains("must begin with https://hooks.slack.com/"),
        "{why}"
    );
    assert!(
        printed(user(
            &["remove", "u1", "--channel", "slack"],
            &secret,
            &there
        ))
        .contains("removed")
    );
    let none = complaint(&user(
        &["remove", "u1", "--channel", "slack"],
        &secret,
        &there,
    ));
    assert!(none.contains("address not found"), "{none}");

    assert_eq!(acme.up.terminate().0, Some(0));
    let here = ["--tenant", "acme", "--data-dir", data];
    printed(user(&set, &[], &here));
    let shown = printed(user(&["list", "u1"], &[], &here));
    assert!(
        shown.contains("slack") && shown.contains("U024BE7LH"),
        "{shown}"
    );
    printed(user(&["remove", "u1", "--channel", "slack"], &[], &here));
    let export = complaint(
        &campanile(&["user", "export", "u1", "--url", &url], &[])
            .output()
            .unwrap(),
    );
    assert!(export.contains("--url has no use"), "{export}");
}
