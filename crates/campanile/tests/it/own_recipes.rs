//! Recipes as channels: those of the program that the operator serves, and the operator's own.

use std::fs;

use campanile_test_support::webhook::{Received, Reply, WebhookReceiver};
use reqwest::Method;
use serde_json::{Value, json};

use crate::providers::HERE;
use crate::support::{Acme, campanile, complaint};

fn body(call: &Received) -> Value {
    serde_json::from_slice(&call.body).unwrap()
}

/// The complete recipe of the guide.
fn example() -> String {
    let guide = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/guides/add-a-channel.md"
    );
    let page = fs::read_to_string(guide).unwrap();
    let example = page.split("```toml\n").nth(1).unwrap();
    example.split("```").next().unwrap().to_owned()
}

/// Sets an account over the API.
async fn set(acme: &Acme, name: &str, channel: &str, settings: Value) -> (u16, Value) {
    let path = format!("/api/v1/admin/providers/{name}");
    let body = json!({"channel": channel, "settings": settings});
    acme.call(Method::PUT, &path, ["ops", "admin"], &body).await
}

/// Sends until the account is used, which takes seconds.
async fn send(acme: &Acme, channel: &str) -> String {
    loop {
        let id = acme.send(channel).await;
        if acme.first(&id).await["reason"] != "no_account" {
            return id;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recipe_is_a_channel_while_it_is_served() {
    let (dir, recipes) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let data = dir.path().to_str().unwrap();
    fs::write(recipes.path().join("example.toml"), example()).unwrap();
    let (room, chat) = (
        WebhookReceiver::start().await,
        WebhookReceiver::start().await,
    );
    let folder = ("CAMPANILE_RECIPES", recipes.path().to_str().unwrap());
    let served = ("CAMPANILE_RECIPE_CHANNELS", "telegram");
    let acme = Acme::start(data, &[HERE, folder, served]);

    let (status, made) = set(&acme, "room", "example", json!({"url": room.url()})).await;
    assert_eq!(
        (status, &made["channel"]),
        (200, &json!("example")),
        "{made}"
    );
    let token = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc";
    let settings =
        json!({"token": token, "chat_id": "-1001", "endpoint": chat.url().replace("/hook", "")});
    let (status, made) = set(&acme, "chat", "telegram", settings).await;
    assert_eq!(status, 200, "{made}");
    // What is not served is no channel, and the network inside stays out of reach of its accounts.
    let (status, problem) = set(
        &acme,
        "teams",
        "teams",
        json!({"url": "https://a.example/"}),
    )
    .await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (422, &json!("/channel"))
    );
    let inside = json!({"url": "http://169.254.169.254/"});
    let (status, problem) = set(&acme, "room", "example", inside).await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (422, &json!("/settings/url"))
    );

    room.answer([Reply::status(200).text(r#"{"id": "1"}"#)]);
    let id = send(&acme, "example").await;
    let way = acme.reported(&id, "sent").await;
    assert_eq!(
        (&way["channel"], &way["address"]),
        (&json!("example"), &json!("example"))
    );
    let call = body(&room.received()[0]);
    assert_eq!(call["reference"], way["id"]);
    assert!(
        call["body"].as_str().unwrap().contains("Are you coming?"),
        "{call}"
    );

    chat.answer([Reply::status(200).text(r#"{"ok": true, "result": {"message_id": 1}}"#)]);
    let sent = send(&acme, "telegram").await;
    acme.reported(&sent, "sent").await;
    assert_eq!(body(&chat.received()[0])["chat_id"], "-1001");
    let health = "/api/v1/notifications/health";
    let (_, shown) = acme
        .call(Method::GET, health, ["ops", "admin"], &Value::Null)
        .await;
    assert_eq!(shown["channels"]["example"]["status"], "healthy", "{shown}");

    // Served no longer: what was sent stays listed, and nothing can be sent.
    assert_eq!(acme.up.terminate().0, Some(0));
    let acme = Acme::again(data, &[HERE]);
    assert_eq!(acme.reported(&id, "sent").await["channel"], "example");
    let list = "/api/v1/admin/providers";
    let (_, listed) = acme
        .call(Method::GET, list, ["ops", "admin"], &Value::Null)
        .await;
    assert_eq!(listed["providers"].as_array().unwrap().len(), 2, "{listed}");
    // Its account says why, and so does its channel.
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    loop {
        let who = ["ops", "admin"];
        let (_, listed) = acme.call(Method::GET, list, who, &Value::Null).await;
        let room = listed["providers"].as_array().unwrap();
        let room = room.iter().find(|one| one["name"] == "room").unwrap();
        let (_, shown) = acme.call(Method::GET, health, who, &Value::Null).await;
        let of_channel = &shown["channels"]["example"];
        if room["state"] == "misconfigured" && of_channel["status"] == "degraded" {
            let detail = room["detail"].as_str().unwrap();
            assert!(detail.contains("does not serve example"), "{detail}");
            break;
        }
        assert!(std::time::Instant::now() < until, "{room} {shown}");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    let wrong = json!({"notification_type": "t", "recipients": ["u1"], "content": {}, "channels": ["example"]});
    let who = ["svc", "notifications:send"];
    let (status, problem) = acme
        .call(Method::POST, "/api/v1/notifications", who, &wrong)
        .await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (422, &json!("/channels/0")),
        "{problem}"
    );
    let all = json!({"notification_type": "t", "recipients": ["u1"], "content": {}});
    let (status, answer) = acme
        .call(Method::POST, "/api/v1/notifications", who, &all)
        .await;
    assert_eq!(status, 202, "{answer}");
}

#[test]
fn files_are_checked_and_recipes_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let (good, bad) = (
        folder.path().join("example.toml"),
        folder.path().join("bad.toml"),
    );
    fs::write(&good, example()).unwrap();
    fs::write(&bad, example().replace("about =", "abuot =")).unwrap();
    let [good, bad] = [&good, &bad].map(|file| file.to_str().unwrap());
    let checked = campanile(&["recipe", "check", good], &[]).output().unwrap();
    assert!(checked.status.success());
    let printed = String::from_utf8(checked.stdout).unwrap();
    assert_eq!(printed.trim(), format!("{good}: good: Example"));
    let checked = campanile(&["recipe", "check", good, bad], &[])
        .output()
        .unwrap();
    assert_eq!(checked.status.code(), Some(1));
    let printed = String::from_utf8(checked.stdout.clone()).unwrap();
    assert!(
        printed.contains(&format!("{bad}:3: unknown field `abuot`")),
        "{printed}"
    );
    assert!(complaint(&checked).contains("1 file is no recipe"));

    // A role does not start with such a folder, and says where the fault is.
    let data = tempfile::tempdir().unwrap();
    let up = [
        "up",
        "--data-dir",
        data.path().to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
    ];
    let own = ("CAMPANILE_RECIPES", folder.path().to_str().unwrap());
    let refused = campanile(&up, &[own]).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let said = complaint(&refused);
    assert!(
        said.contains("CAMPANILE_RECIPES") && said.contains("bad.toml:3: "),
        "{said}"
    );
    let unknown = ("CAMPANILE_RECIPE_CHANNELS", "telegramm");
    let refused = complaint(&campanile(&up, &[unknown]).output().unwrap());
    assert!(
        refused.contains("there is no recipe telegramm"),
        "{refused}"
    );

    fs::remove_file(bad).unwrap();
    let served = ("CAMPANILE_RECIPE_CHANNELS", "telegram");
    let list = ["recipe", "list", "--format", "json"];
    let listed = campanile(&list, &[own, served]).output().unwrap();
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    let of = |name: &str| {
        let all = listed["recipes"].as_array().unwrap().iter();
        let found = all.clone().find(|one| one["name"] == name);
        let found = found.unwrap_or_else(|| panic!("no {name}"));
        (found["own"].clone(), found["served"].clone())
    };
    assert_eq!(of("example"), (json!(true), json!(true)));
    assert_eq!(of("telegram"), (json!(false), json!(true)));
    assert_eq!(of("teams"), (json!(false), json!(false)));
    assert_eq!(of("slack"), (json!(false), json!(true)));
    let show = campanile(&["recipe", "show", "teams"], &[])
        .output()
        .unwrap();
    let shown = String::from_utf8(show.stdout).unwrap();
    assert!(
        shown.contains("set CAMPANILE_RECIPE_CHANNELS=teams"),
        "{shown}"
    );
    let unknown = campanile(&["recipe", "show", "none"], &[])
        .output()
        .unwrap();
    assert!(complaint(&unknown).contains("there is no recipe none"));
}

/// One that speaks as an Apprise API server documents it; the server itself is no package that a test could install.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_apprise_server_gets_urls_or_a_key() {
    let (dir, server) = (tempfile::tempdir().unwrap(), WebhookReceiver::start().await);
    let data = dir.path().to_str().unwrap();
    let acme = Acme::start(data, &[HERE]);
    let endpoint = server.url().replace("/hook", "");
    let urls = "mailto://user:pass@example.com json://hooks.example.com";
    let settings = json!({"endpoint": endpoint, "urls": urls});
    let (status, made) = set(&acme, "targets", "apprise", settings).await;
    assert_eq!(
        (status, &made["secrets"]),
        (200, &json!(["urls"])),
        "{made}"
    );
    let taken = || Reply::status(200).text(r#"{"error": null, "details": []}"#);
    server.answer([taken()]);
    let id = send(&acme, "apprise").await;
    acme.reported(&id, "sent").await;
    let call = body(&server.received()[0]);
    assert_eq!(
        (&call["urls"], &call["type"], &call["format"]),
        (&json!(urls), &json!("info"), &json!("text"))
    );
    assert!(
        call["body"].as_str().unwrap().contains("Are you coming?"),
        "{call}"
    );
    assert_eq!(server.received()[0].headers["accept"], "application/json");

    // A target failed: the others would get a repetition.
    let failed = r#"{"error": "One or more notifications could not be sent", "details": [["INFO", "t", "Sent Discord notification."],
        ["WARNING", "t", "Failed to send E-Mail notification: error=500."]]}"#;
    server.answer([Reply::status(424).text(failed)]);
    let id = acme.send("apprise").await;
    let dead = acme.reported(&id, "dead").await;
    assert_eq!(dead["attempts"].as_array().unwrap().len(), 1, "{dead}");
    assert_eq!(dead["attempts"][0]["code"], "424");
    let detail = dead["attempts"][0]["detail"].as_str().unwrap();
    assert!(
        detail.ends_with("Sent: Discord. Failed: E-Mail."),
        "{detail}"
    );
    let (status, problem) = set(
        &acme,
        "targets",
        "apprise",
        json!({"endpoint": endpoint, "key": "a/b"}),
    )
    .await;
    assert_eq!(
        (status, &problem["errors"][0]["field"]),
        (422, &json!("/settings/key"))
    );
}
