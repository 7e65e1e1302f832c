//! Services that recipes describe: set on the command line and over the API, called, and shown in the timeline.

use std::io::Write;
use std::process::Stdio;

use campanile_test_support::webhook::{Received, Reply, WebhookReceiver};
use reqwest::Method;
use serde_json::{Value, json};

use crate::providers::HERE;
use crate::support::{Acme, campanile};

fn body(call: &Received) -> Value {
    serde_json::from_slice(&call.body).unwrap()
}

/// Sets an account on the command line; what it printed.
fn set(data: &str, name: &str, channel: &str, settings: &Value) -> String {
    let arguments = [
        "provider",
        "set",
        name,
        "--channel",
        channel,
        "--settings",
        "-",
    ];
    let arguments = [&arguments[..], &["--tenant", "acme", "--data-dir", data]].concat();
    let mut child = campanile(&arguments, &[HERE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(settings.to_string().as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8(text).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_of_a_recipe_is_set_called_limited_and_corrected() {
    let (dir, discord) = (tempfile::tempdir().unwrap(), WebhookReceiver::start().await);
    let data = dir.path().to_str().unwrap();
    let acme = Acme::start(data, &[HERE]);
    // A channel without an account says so, and an account that is wrong is named by its fields.
    let early = acme.send("discord").await;
    assert_eq!(
        acme.reported(&early, "suppressed").await["reason"],
        "no_account"
    );
    let wrong = json!({"channel": "discord", "settings": {"url": "ftp://a/", "nme": 1}});
    let (status, problem) = acme.admin(Method::PUT, &wrong).await;
    let fields: Vec<&Value> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| &e["field"])
        .collect();
    assert_eq!(
        (status, fields),
        (422, vec![&json!("/settings/nme"), &json!("/settings/url")])
    );
    // The command needs the file for itself.
    assert_eq!(acme.up.terminate().0, Some(0));
    let printed = set(
        data,
        "chat",
        "discord",
        &json!({"url": discord.url(), "username": "Shop"}),
    );
    assert_eq!(printed.trim(), "set chat for discord");
    let acme = Acme::again(data, &[HERE]);
    let list = "/api/v1/admin/providers";
    let (_, shown) = acme
        .call(Method::GET, list, ["ops", "admin"], &Value::Null)
        .await;
    assert_eq!(shown["providers"][0]["secrets"], json!(["url"]), "{shown}");
    assert!(!shown.to_string().contains("/hook"), "{shown}");

    // It takes seconds until the account is used; until then there is none.
    let id = loop {
        let id = acme.send("discord").await;
        let story = acme.first(&id).await;
        if story["reason"] != "no_account" {
            break id;
        }
    };
    let way = acme.reported(&id, "sent").await;
    assert_eq!(way["address"], "discord", "{way}");
    let calls = discord.received();
    let embed = &body(&calls[0])["embeds"][0];
    assert!(
        embed["description"]
            .as_str()
            .unwrap()
            .contains("Are you coming?"),
        "{embed}"
    );

    // Limited: it waits as it was asked to, and the reason is in the timeline.
    let limited = Reply::status(429).text(r#"{"retry_after": 3600.5}"#);
    discord.answer([limited]);
    let id = acme.send("discord").await;
    let way = acme.reported(&id, "retrying").await;
    let attempt = &way["attempts"][0];
    assert_eq!(
        (&attempt["outcome"], &attempt["code"]),
        (&json!("retry"), &json!("429")),
        "{way}"
    );
    assert!(
        attempt["detail"]
            .as_str()
            .unwrap()
            .contains("Discord limits"),
        "{way}"
    );
    assert_eq!(acme.up.terminate().0, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_sends_to_the_address_among_its_settings() {
    let (dir, service) = (tempfile::tempdir().unwrap(), WebhookReceiver::start().await);
    let data = dir.path().to_str().unwrap();
    let acme = Acme::start(data, &[HERE]);
    let endpoint = format!("http://{}", service.address());
    let mut settings = json!({"token": "azGDORePK8gMaC0QOYAMyEEuzJnyUi", "endpoint": endpoint});
    // Without one, it reaches users at their own, and this one has none.
    let set = json!({"channel": "pushover", "settings": settings});
    assert_eq!(acme.admin(Method::PUT, &set).await.0, 200);
    loop {
        let id = acme.send("pushover").await;
        let reason = acme.first(&id).await["reason"].clone();
        if reason == "no_address" {
            break;
        }
        assert_eq!(reason, "no_account");
    }
    let key = "uQiRzpo4DXghDmr9QzzfQu27cmVRsG";
    settings["user_key"] = json!(key);
    let set = json!({"channel": "pushover", "settings": settings});
    assert_eq!(acme.admin(Method::PUT, &set).await.0, 200);
    service.answer(std::iter::repeat_n(
        Reply::status(200).text(r#"{"status": 1}"#),
        10,
    ));
    let id = loop {
        let id = acme.send("pushover").await;
        if acme.first(&id).await["reason"] != "no_address" {
            break id;
        }
    };
    let way = acme.reported(&id, "sent").await;
    assert_eq!(way["address"], "uQiRzp…", "{way}");
    assert_eq!(body(&service.received()[0])["user"], key);
    assert_eq!(acme.up.terminate().0, Some(0));
}

#[test]
fn settings_are_explained() {
    let explain = |channel: &str| {
        campanile(&["provider", "explain", channel], &[])
            .output()
            .unwrap()
    };
    let pushover = explain("pushover");
    let text = String::from_utf8(pushover.stdout).unwrap();
    assert!(
        pushover.status.success() && text.contains("user_key"),
        "{text}"
    );
    let other = explain("email");
    assert!(!other.status.success());
}
