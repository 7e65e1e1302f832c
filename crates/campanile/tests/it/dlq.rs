//! Dead letters, from the answer that kills to the replay that delivers.

use std::time::{Duration, Instant};

use campanile_test_support::webhook::{Reply, WebhookReceiver};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Caller, Process, SECRET, campanile, complaint, token, verified};

const PATH: &str = "/api/v1/admin/dead-letters";

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(60);

/// An `up` whose webhook is this receiver, and its callers.
struct Alone {
    up: Process,
    service: Caller,
    operator: Caller,
    operators_token: String,
}

impl Alone {
    fn start(data: &str, receiver: &WebhookReceiver) -> Self {
        let url = receiver.url();
        let up = Process::start(
            &["up", "--data-dir", data, "--listen", "127.0.0.1:0"],
            &[("WEBHOOK_URL", &url), ("WEBHOOK_SECRET", SECRET)],
        );
        let operators_token = token(data, "ops", "admin");
        let service = token(data, "svc", "notifications:send");
        Self {
            service: Caller::new(up.address(), &service),
            operator: Caller::new(up.address(), &operators_token),
            operators_token,
            up,
        }
    }

    /// Waits for so many dead letters; gives the page.
    async fn dead(&self, count: u64) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let page = self.operator.get(PATH).await;
            if page["total"] == count {
                return page;
            }
            assert!(Instant::now() < until, "{page}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// `replay` or `purge`.
    async fn sweep(&self, act: &str, body: Value) -> Value {
        let url = format!("http://{}{PATH}/{act}", self.up.address());
        let request = reqwest::Client::new().post(url).json(&body);
        let answer = request
            .bearer_auth(&self.operators_token)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.unwrap()
    }

    /// Says that the receiver, which had answered 410, is called again; once it is stored that it is paused.
    async fn resume(&self) {
        let path = "/api/v1/admin/providers/settings/resume";
        let url = format!("http://{}{path}", self.up.address());
        let until = Instant::now() + PATIENCE;
        loop {
            let request = reqwest::Client::new().post(&url);
            let request = request.bearer_auth(&self.operators_token);
            let answer = request.send().await.unwrap();
            if answer.status().is_success() {
                return;
            }
            assert_eq!(answer.status(), StatusCode::NOT_FOUND);
            assert!(Instant::now() < until, "never paused");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The webhook's delivery in the timeline, once it has this status.
    async fn reported(&self, notification: &str, status: &str) -> Value {
        let until = Instant::now() + PATIENCE;
        let path = format!("/api/v1/notifications/{notification}/timeline");
        loop {
            let story = self.service.get(&path).await;
            let mut ways = story["deliveries"].as_array().unwrap().iter();
            let webhook = ways.find(|way| way["channel"] == "webhook").unwrap();
            if webhook["status"] == status {
                return webhook.clone();
            }
            assert!(Instant::now() < until, "{story}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_died_is_listed_and_a_replay_delivers_it_under_the_same_id() {
    let (dir, receiver) = (tempfile::tempdir().unwrap(), WebhookReceiver::start().await);
    let data = dir.path().to_str().unwrap();
    let alone = Alone::start(data, &receiver);
    receiver.answer([Reply::status(410)]);
    alone.service.send("a").await;
    let page = alone.dead(1).await;
    let letter = &page["dead_letters"][0];
    assert_eq!(letter["channel"], "webhook");
    assert_eq!(
        (&letter["code"], &letter["attempts"]),
        (&json!("410"), &json!(1))
    );
    assert_eq!(letter["user_id"], "user-a");

    // While it runs the file is its own; afterwards the command line says the same.
    let list = ["dlq", "list", "--format", "json", "--data-dir", data];
    let busy = complaint(&campanile(&list, &[]).output().unwrap());
    assert!(busy.contains("stop `campanile up` first"), "{busy}");
    assert_eq!(busy.lines().count(), 1, "{busy}");
    assert_eq!(alone.up.terminate().0, Some(0));
    let output = campanile(&list, &[]).output().unwrap();
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(printed, page);

    let alone = Alone::start(data, &receiver);
    let replayed = alone.sweep("replay", json!({"ids": [letter["id"]]})).await;
    assert_eq!(replayed, json!({"replayed": 1, "more": false}));
    let calls = receiver.wait_for(2).await;
    assert_eq!(calls[0].webhook_id, calls[1].webhook_id);
    assert_eq!(letter["id"], calls[1].webhook_id.as_str());
    let notification = verified(&calls[1]);
    assert_eq!(letter["notification_id"], notification.as_str());
    let webhook = alone.reported(&notification, "sent").await;
    let attempts = webhook["attempts"].as_array().unwrap();
    let reported: Vec<_> = attempts
        .iter()
        .map(|one| (&one["number"], &one["code"]))
        .collect();
    assert_eq!(
        reported,
        [(&json!(1), &json!("410")), (&json!(2), &json!("200"))]
    );
    alone.dead(0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_purge_forgets_and_the_timeline_does_not() {
    let (dir, receiver) = (tempfile::tempdir().unwrap(), WebhookReceiver::start().await);
    let data = dir.path().to_str().unwrap();
    let alone = Alone::start(data, &receiver);
    receiver.answer([Reply::status(410), Reply::status(410), Reply::status(410)]);
    alone.service.send("a").await;
    let page = alone.dead(1).await;
    let health = alone.operator.get("/api/v1/notifications/health").await;
    assert_eq!(health["dlq_depth"], 1, "{health}");
    let purged = alone.sweep("purge", json!({"code": "410"})).await;
    assert_eq!(purged, json!({"purged": 1, "more": false}));
    alone.dead(0).await;
    let notification = page["dead_letters"][0]["notification_id"].as_str().unwrap();
    alone.reported(notification, "dead").await;

    // The same from the command line, which asks before it removes what it was not shown.
    // Each 410 pauses the receiver.
    for (key, dead) in [("b", 1), ("c", 2)] {
        alone.resume().await;
        alone.service.send(key).await;
        alone.dead(dead).await;
    }
    let page = alone.dead(2).await;
    assert_eq!(alone.up.terminate().0, Some(0));
    let run = |arguments: &[&str]| {
        let arguments = [&["dlq"], arguments, &["--data-dir", data]].concat();
        campanile(&arguments, &[]).output().unwrap()
    };
    let asked = complaint(&run(&["purge", "--all"]));
    assert!(
        asked.contains("this would permanently remove 2; confirm with --yes"),
        "{asked}"
    );
    let id = page["dead_letters"][0]["id"].as_str().unwrap();
    assert_eq!(run(&["purge", "--id", id]).stdout, b"purged 1\n");
    assert_eq!(run(&["purge", "--all", "--yes"]).stdout, b"purged 1\n");
    let table = String::from_utf8(run(&["list"]).stdout).unwrap();
    assert!(table.ends_with("0 of 0\n"), "{table}");
    assert_eq!(receiver.received().len(), 3);
}
