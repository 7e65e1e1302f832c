//! `/api/v1/devices`.

use campanile_domain::Device;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, TestApi, delete, send_json, user};

pub const PATH: &str = "/api/v1/devices";

pub fn phone(value: &str) -> Value {
    json!({"kind": "token", "value": value, "platform": "android"})
}

async fn put_as(api: &TestApi, token: &str, body: &Value) -> Answer {
    api.call(send_json("POST", PATH, token, body.to_string()))
        .await
}

pub async fn put(api: &TestApi, body: &Value) -> Answer {
    put_as(api, &user("acme", "u1"), body).await
}

pub async fn devices(api: &TestApi, tenant: &str, id: &str) -> Vec<Value> {
    let answer = api.get(PATH, &user(tenant, id)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["devices"].as_array().unwrap().clone()
}

#[tokio::test]
async fn what_platforms_say_of_language_and_zone_is_understood() {
    let api = TestApi::new().await;
    for (said, kept) in [
        (["en_US", "GMT+05:30"], ["en-US", "+05:30"]),
        (["zh-Hans_CN", "GMT-0800"], ["zh-Hans-CN", "-08:00"]),
        (["iw_IL", "asia/jerusalem"], ["he-IL", "Asia/Jerusalem"]),
    ] {
        let mut reported = phone("value");
        (reported["locale"], reported["timezone"]) = (json!(said[0]), json!(said[1]));
        let device = put(&api, &reported).await.json();
        assert_eq!([&device["locale"], &device["timezone"]], kept, "{said:?}");
    }
}

#[tokio::test]
async fn a_device_is_new_once_and_refreshed_later() {
    let api = TestApi::new().await;
    let reported = json!({
        "kind": "fid", "value": "cO2xDPbYQ3-installation", "platform": "ios",
        "app_version": "4.2.0 (17)", "locale": "pt-BR", "timezone": "EUROPE/berlin",
    });
    let first = put(&api, &reported).await;
    assert_eq!(first.status, 201, "{}", first.text);
    let device = first.json();
    let id = device["id"].as_str().unwrap();
    assert_eq!(
        first.header("location"),
        Some(format!("{PATH}/{id}").as_str())
    );
    for field in ["kind", "platform", "app_version", "locale"] {
        assert_eq!(device[field], reported[field], "{field}");
    }
    assert_eq!(device["timezone"], "Europe/Berlin");
    assert_eq!(device["created_at"], device["last_seen"]);
    assert_eq!(devices(&api, "acme", "u1").await[0], device);

    let mut newer = phone("cO2xDPbYQ3-installation");
    newer["kind"] = "fid".into();
    let again = put(&api, &newer).await;
    assert_eq!(again.status, 200, "{}", again.text);
    assert_eq!(again.header("location"), None);
    let refreshed = again.json();
    assert_eq!(refreshed["id"], device["id"]);
    assert_eq!(refreshed["created_at"], device["created_at"]);
    assert!(refreshed["last_seen"].as_str() > device["last_seen"].as_str());
    assert_eq!(refreshed["platform"], "android");
    assert_eq!(refreshed["app_version"], Value::Null);
    assert_eq!(devices(&api, "acme", "u1").await, [refreshed]);
}

#[tokio::test]
async fn the_whole_value_is_never_given_back() {
    let api = TestApi::new().await;
    let answer = put(&api, &phone("fGk3token-of-a-device")).await;
    assert_eq!(answer.json()["value"], "fGk3to…");
    let list = api.get(PATH, &user("acme", "u1")).await;
    for text in [answer.text, list.text] {
        assert!(!text.contains("ken-of"), "{text}");
    }
}

#[tokio::test]
async fn a_token_and_an_installation_of_one_value_are_two() {
    let api = TestApi::new().await;
    let mut fid = phone("same");
    fid["kind"] = "fid".into();
    assert_eq!(put(&api, &phone("same")).await.status, 201);
    assert_eq!(put(&api, &fid).await.status, 201);
    let kinds: Vec<_> = devices(&api, "acme", "u1")
        .await
        .iter()
        .map(|d| d["kind"].clone())
        .collect();
    assert_eq!(kinds, ["fid", "token"], "newest first");
}

#[tokio::test]
async fn a_value_moves_to_whoever_signed_in_last() {
    let api = TestApi::new().await;
    let first = put(&api, &phone("shared")).await.json();
    let second = put_as(&api, &user("acme", "u2"), &phone("shared")).await;
    assert_eq!(second.status, 201, "{}", second.text);
    assert_ne!(second.json()["id"], first["id"]);
    assert!(devices(&api, "acme", "u1").await.is_empty());
    assert_eq!(devices(&api, "acme", "u2").await.len(), 1);
}

#[tokio::test]
async fn a_foreign_tenant_sees_and_takes_nothing() {
    let api = TestApi::new().await;
    put(&api, &phone("t1")).await;
    assert!(devices(&api, "other", "u1").await.is_empty());
    let foreign = put_as(&api, &user("other", "u1"), &phone("t1")).await;
    assert_eq!(foreign.status, 201);
    assert_eq!(devices(&api, "acme", "u1").await.len(), 1);
}

#[tokio::test]
async fn the_device_not_seen_for_longest_makes_room() {
    let api = TestApi::new().await;
    for n in 0..=Device::MAX_PER_USER {
        let answer = put(&api, &phone(&format!("{n:02}-of-many"))).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
    let kept = devices(&api, "acme", "u1").await;
    assert_eq!(kept.len(), Device::MAX_PER_USER);
    assert!(kept.iter().all(|d| d["value"] != "00-of-…"));
}

#[tokio::test]
async fn a_device_is_removed_once() {
    let api = TestApi::new().await;
    let id = put(&api, &phone("t1")).await.json()["id"].clone();
    let path = format!("{PATH}/{}", id.as_str().unwrap());
    let removed = api.call(delete(&path, &user("acme", "u1"))).await;
    assert_eq!(removed.status, 204);
    assert_eq!(removed.text, "");
    assert!(devices(&api, "acme", "u1").await.is_empty());
    let again = api.call(delete(&path, &user("acme", "u1"))).await;
    again.is_problem(404, "device_not_found");
}

#[tokio::test]
async fn absent_foreign_and_malformed_ids_look_the_same() {
    let api = TestApi::new().await;
    let id = put(&api, &phone("t1")).await.json()["id"].clone();
    let id = id.as_str().unwrap();
    let mut bodies = Vec::new();
    for (id, tenant, caller) in [
        (id, "acme", "u2"),
        (id, "other", "u1"),
        (Uuid::now_v7().to_string().as_str(), "acme", "u1"),
        ("nonsense", "acme", "u1"),
        ("%ff", "acme", "u1"),
        ("%00", "acme", "u1"),
    ] {
        let request = delete(&format!("{PATH}/{id}"), &user(tenant, caller));
        let mut json = api.call(request).await.is_problem(404, "device_not_found");
        json["request_id"] = "".into();
        bodies.push(json);
    }
    assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(devices(&api, "acme", "u1").await.len(), 1);
}

#[tokio::test]
async fn without_the_database_the_answer_is_come_again() {
    let api = TestApi::new().await;
    put(&api, &phone("t1")).await;
    api.storage.go_down();
    let token = user("acme", "u1");
    for answer in [
        put(&api, &phone("t1")).await,
        api.get(PATH, &token).await,
        api.call(delete(&format!("{PATH}/{}", Uuid::now_v7()), &token))
            .await,
    ] {
        answer.is_problem(503, "service_unavailable");
        assert!(answer.header("retry-after").is_some());
    }
}
