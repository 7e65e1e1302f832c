//! An app registers its device, Apple's service gets the message, and a device that is gone is removed.

use std::time::{Duration, Instant};

use campanile_test_support::apns::{ApnsReply, ApnsServer};
use chrono::{TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::Acme;

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(60);
const TOKEN: &str = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";
const OLD: &str = "11fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";

#[tokio::test(flavor = "multi_thread")]
async fn an_app_without_firebase_is_reached() {
    let server = ApnsServer::start().await;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let acme = Acme::start(data, &[("CAMPANILE_ALLOW_PRIVATE_NETWORKS", "127.0.0.0/8")]);
    let known = server.account();
    let mut account = json!({"channel": "apns", "settings": {"key_id": known.key_id, "team_id": known.team_id,
        "private_key": known.private_key, "topics": known.topic, "endpoint": server.endpoint()}});
    let (status, made) = acme.admin(Method::PUT, &account).await;
    assert_eq!(status, 200, "{made}");
    assert_eq!(made["secrets"], json!(["private_key"]));
    assert!(!made.to_string().contains("PRIVATE KEY"));
    // The key would sign for another receiver.
    account["settings"]["endpoint"] = json!("http://127.0.0.2:9");
    let settings = account["settings"].as_object_mut().unwrap();
    let key = settings.remove("private_key").unwrap();
    let (status, refused) = acme.admin(Method::PUT, &account).await;
    assert_eq!(status, 422, "{refused}");
    account["settings"]["endpoint"] = json!("http://169.254.169.254");
    account["settings"]["private_key"] = key;
    let (status, refused) = acme.admin(Method::PUT, &account).await;
    assert_eq!(status, 422, "{refused}");
    assert_eq!(refused["errors"][0]["field"], "/settings/endpoint");

    let register = async |token: &str| {
        let device = json!({"kind": "apns", "token": token, "topic": known.topic});
        let who = ["u1", "inbox"];
        acme.call(Method::POST, "/api/v1/devices", who, &device)
            .await
    };
    let devices = async || {
        let who = ["u1", "inbox"];
        let path = "/api/v1/devices";
        let (_, listed) = acme.call(Method::GET, path, who, &Value::Null).await;
        listed["devices"].as_array().unwrap().len()
    };
    assert_eq!(register(TOKEN).await.0, 201);
    // An account is used within seconds.
    let until = Instant::now() + PATIENCE;
    let id = loop {
        let id = acme.send("apns").await;
        if acme.first(&id).await["status"] != "suppressed" {
            break id;
        }
        assert!(Instant::now() < until, "no account");
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    let delivery = acme.reported(&id, "sent").await;
    let push = server.received().remove(0);
    assert_eq!((push.status, &*push.token), (200, TOKEN));
    assert_eq!(push.header("apns-id"), delivery["id"].as_str().unwrap());
    assert_eq!(push.payload["notification_id"], *id);
    let shown = &push.payload["aps"]["alert"];
    assert!(
        shown["body"].as_str().unwrap().contains("Are you coming?"),
        "{shown}"
    );

    // Gone since before it registered: it stays. Gone since then: it is removed.
    assert_eq!(register(OLD).await.0, 201);
    for (since, left) in [
        (Utc::now() - TimeDelta::hours(1), 2),
        (Utc::now() + TimeDelta::hours(1), 1),
    ] {
        let gone = ApnsReply::gone_since(since.timestamp_millis());
        server.answer_for(OLD, [gone]);
        let id = acme.send("apns").await;
        acme.reported(&id, "sent").await;
        let dead = acme.reported(&id, "dead").await;
        assert_eq!(dead["attempts"][0]["code"], "Unregistered");
        assert_eq!(devices().await, left);
    }
}
