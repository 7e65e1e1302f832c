//! A send to a topic, `kill -9` in the middle of it: every subscriber is notified once, in both shapes.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use campanile_test_support::webhook::{Received, WebhookReceiver};
use reqwest::Method;
use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::support::{Process, SECRET, token, verified};

/// More than the outbox and the queue hold of a tenant at a time, so that the rest has to wait for
/// calls that are not answered yet.
const USERS: usize = 9_000;
/// Users in one call.
const AT_ONCE: usize = 1_000;
/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(240);
/// Calls that a killed process may have had in flight or not yet recorded, as in `crash`.
const IN_FLIGHT: usize = 256;

/// A service of the tenant `default`.
struct Service {
    client: reqwest::Client,
    base: String,
    token: String,
}

impl Service {
    fn new(address: SocketAddr, token: String) -> Self {
        Self {
            client: reqwest::Client::new(),
            base: format!("http://{address}"),
            token,
        }
    }

    async fn call(&self, method: Method, path: &str, body: &Value) -> Value {
        let request = self
            .client
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(&self.token)
            .json(body);
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Subscribes everybody and sends; gives the path of the progress.
    async fn send(&self) -> String {
        let path = "/api/v1/topics/news/subscribers";
        let mut subscribers = Value::Null;
        for first in (0..USERS).step_by(AT_ONCE) {
            let ids: Vec<_> = (first..first + AT_ONCE).map(|n| format!("u{n}")).collect();
            let body = json!({"user_ids": ids});
            subscribers = self.call(Method::PUT, path, &body).await;
        }
        assert_eq!(subscribers, json!({"subscribers": USERS}));
        let body = json!({"notification_type": "news", "topic": "news", "content": {"n": 1}});
        let sent = self
            .call(Method::POST, "/api/v1/notifications", &body)
            .await;
        assert_eq!(sent["accepted"], USERS);
        format!("/api/v1/fanouts/{}", sent["fanout_id"].as_str().unwrap())
    }

    /// How many have their notification, once these are so many.
    async fn expanded(&self, progress: &str, at_least: u64) -> u64 {
        let until = Instant::now() + PATIENCE;
        loop {
            let reported = self.call(Method::GET, progress, &Value::Null).await;
            let expanded = reported["expanded"].as_u64().unwrap();
            if expanded >= at_least {
                return expanded;
            }
            assert!(Instant::now() < until, "{reported}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

/// Notifications by user, and calls by notification.
fn reported(
    received: &[Received],
) -> (BTreeMap<String, BTreeSet<String>>, BTreeMap<String, usize>) {
    let mut users: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut calls: BTreeMap<String, usize> = BTreeMap::new();
    for one in received {
        let body: Value = serde_json::from_slice(&one.body).unwrap();
        let user = body["data"]["user_id"].as_str().unwrap().to_owned();
        users.entry(user).or_default().insert(verified(one));
        *calls.entry(one.webhook_id.clone()).or_default() += 1;
    }
    (users, calls)
}

/// Waits for everybody, and for whoever might come twice.
async fn everybody_once(what: &str, service: &Service, progress: &str, hook: &WebhookReceiver) {
    let all = service.expanded(progress, USERS as u64).await;
    assert_eq!(all, USERS as u64, "{what}");
    let until = Instant::now() + PATIENCE;
    let distinct = |received: &[Received]| {
        let ids: BTreeSet<_> = received.iter().map(|one| &one.webhook_id).collect();
        ids.len()
    };
    while distinct(&hook.received()) < USERS {
        assert!(Instant::now() < until, "{what}: {}", hook.received().len());
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    let shown = service.call(Method::GET, progress, &Value::Null).await;
    assert_eq!(shown["status"], "done", "{what}: {shown}");
    assert_eq!(shown["accepted"], USERS, "{what}: {shown}");
    let (users, calls) = reported(&hook.received());
    let several = users.values().filter(|ids| ids.len() > 1).count();
    let doubled = calls.values().filter(|times| **times > 1).count();
    println!(
        "{what}: {} users, {several} notified twice, {doubled} calls repeated",
        users.len()
    );
    assert_eq!((users.len(), several), (USERS, 0), "{what}");
    assert_eq!(calls.len(), USERS, "{what}: a call under another id");
    assert!(doubled <= 2 * IN_FLIGHT, "{what}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_is_killed_in_the_middle_of_a_topic() {
    let cluster = Cluster::new().await;
    let (api, worker) = (cluster.api(), cluster.worker());
    let token = cluster.token("service", "notifications:send");
    let service = Service::new(api.address(), token);
    // Calls take long, so that most of the topic waits as one row.
    cluster.receiver.delay(Duration::from_secs(2));
    let progress = service.send().await;
    // Amid the first steps, and again where it waits.
    let first = service.expanded(&progress, 1).await;
    worker.kill();
    let worker = cluster.worker();
    let second = service.expanded(&progress, 4_000).await;
    worker.kill();
    println!("killed at {first} and {second} of {USERS}");
    assert!(second < USERS as u64, "nothing was left to double");
    cluster.receiver.delay(Duration::ZERO);
    let _worker = cluster.worker();
    everybody_once("cluster", &service, &progress, &cluster.receiver).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn up_is_killed_in_the_middle_of_a_topic() {
    let (dir, receiver) = (tempfile::tempdir().unwrap(), WebhookReceiver::start().await);
    let url = receiver.url();
    let data = dir.path().to_str().unwrap();
    let arguments = ["up", "--data-dir", data, "--listen", "127.0.0.1:0"];
    let environment = [("WEBHOOK_URL", url.as_str()), ("WEBHOOK_SECRET", SECRET)];
    let start = || Process::start(&arguments, &environment);
    receiver.delay(Duration::from_secs(2));
    let up = start();
    let token = token(data, "service", "notifications:send");
    let service = |up: &Process| Service::new(up.address(), token.clone());
    let progress = service(&up).send().await;
    let first = service(&up).expanded(&progress, 1).await;
    up.kill();
    let up = start();
    let second = service(&up).expanded(&progress, 4_000).await;
    up.kill();
    println!("killed at {first} and {second} of {USERS}");
    assert!(second < USERS as u64, "nothing was left to double");
    receiver.delay(Duration::ZERO);
    let up = start();
    everybody_once("up", &service(&up), &progress, &receiver).await;
}
