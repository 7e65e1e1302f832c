//! Two nodes and one editor: what is published on one is used by the other, and nothing mixes two versions.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::support::Process;

/// Notifications in a call; with [`CALLS_EVERY`] about 500 a second.
const ITEMS: usize = 10;
const CALLS_EVERY: Duration = Duration::from_millis(20);
/// How long there is load before and after the publication.
const BEFORE: Duration = Duration::from_secs(1);
const AFTER: Duration = Duration::from_secs(3);
/// Within this time the other node uses the new version.
const WITHIN: Duration = Duration::from_secs(1);

async fn call(api: &Process, token: &str, method: Method, path: &str, body: &Value) -> Value {
    let request = reqwest::Client::new()
        .request(method, format!("http://{}{path}", api.address()))
        .bearer_auth(token);
    let request = if body.is_null() {
        request
    } else {
        request.header("if-match", "*").json(body)
    };
    let answer = request.send().await.unwrap();
    let (status, text) = (answer.status(), answer.text().await.unwrap());
    assert!(status.is_success(), "{path}: {status} {text}");
    serde_json::from_str(&text).unwrap()
}

async fn publish(api: &Process, admin: &str, words: &str, is_new: bool) {
    let base = "/api/v1/admin/templates/order";
    let parts = json!({"parts": {"title": format!("{words} {{{{ content.n }}}}"), "body": words}});
    let draft = format!("http://{}{base}/in_app/en", api.address());
    let draft = reqwest::Client::new()
        .put(draft)
        .bearer_auth(admin)
        .json(&parts);
    let draft = if is_new {
        draft
    } else {
        draft.header("if-match", "*")
    };
    assert!(draft.send().await.unwrap().status().is_success());
    let published = call(
        api,
        admin,
        Method::POST,
        &format!("{base}/publish"),
        &json!({}),
    )
    .await;
    assert_eq!(published["state"], "current");
}

/// Sends through a node until it is stopped; gives when each notification was asked for.
async fn send(
    client: reqwest::Client,
    url: String,
    token: String,
    until: Instant,
) -> BTreeMap<String, Instant> {
    let item = |n: usize| json!({"notification_type": "order", "recipients": ["u1"], "channels": ["in_app"], "content": {"n": n}});
    let body = json!({"items": (0..ITEMS).map(item).collect::<Vec<_>>()});
    let mut sent = BTreeMap::new();
    let mut every = tokio::time::interval(CALLS_EVERY);
    while Instant::now() < until {
        every.tick().await;
        let asked = Instant::now();
        let call = client.post(&url).bearer_auth(&token).json(&body);
        let answer: Value = call.send().await.unwrap().json().await.unwrap();
        for result in answer["results"].as_array().unwrap() {
            assert_eq!(result["status"], 202, "{result}");
            let id = result["notifications"][0]["id"].as_str().unwrap();
            sent.insert(id.to_owned(), asked);
        }
    }
    sent
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_node_publishes_the_other_uses_within_a_second_under_load() {
    let cluster = Cluster::new().await;
    let (one, other) = (cluster.api(), cluster.api());
    let admin = cluster.token("ops", "admin");
    publish(&one, &admin, "first", true).await;
    let url = format!("http://{}/api/v1/notifications/bulk", other.address());
    let service = cluster.token("svc", "notifications:send");
    let until = Instant::now() + BEFORE + AFTER;
    let sending = tokio::spawn(send(reqwest::Client::new(), url, service, until));
    tokio::time::sleep(BEFORE).await;
    publish(&one, &admin, "second", false).await;
    let published = Instant::now();
    let sent = sending.await.unwrap();
    let user = cluster.token("u1", "inbox");
    let (mut cursor, mut words) = (String::new(), BTreeMap::new());
    loop {
        let path = format!("/api/v1/notifications?limit=100{cursor}");
        let page = call(&one, &user, Method::GET, &path, &Value::Null).await;
        for item in page["notifications"].as_array().unwrap() {
            let text = |name: &str| item[name].as_str().unwrap().to_owned();
            let title = text("title");
            let version = title.split(' ').next().unwrap().to_owned();
            assert_eq!(
                version,
                text("body"),
                "no notification mixes two versions: {item}"
            );
            words.insert(text("id"), version);
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert!(sent.len() > 500, "there was load: {}", sent.len());
    let late: Vec<_> = sent
        .iter()
        .filter(|(id, asked)| **asked > published + WITHIN && words[*id] != "second")
        .collect();
    assert!(late.is_empty(), "{} of {}", late.len(), sent.len());
    let of = |word: &str| words.values().filter(|version| *version == word).count();
    println!(
        "sent {}: {} by the first version, {} by the second",
        sent.len(),
        of("first"),
        of("second")
    );
    assert!(of("first") > 0 && of("second") > 0);
}
