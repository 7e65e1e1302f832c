//! Calls of services against a running `up`: a test from the command line, cancelling, and sending
//! later.

use std::time::{Duration, Instant};

use campanile_test_support::webhook::{Reply, WebhookReceiver};
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Process, SECRET, campanile, complaint, token, verified};

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(60);

struct Up {
    process: Process,
    data: tempfile::TempDir,
    receiver: WebhookReceiver,
}

impl Up {
    async fn start() -> Self {
        let (data, receiver) = (tempfile::tempdir().unwrap(), WebhookReceiver::start().await);
        let folder = data.path().to_str().unwrap();
        let arguments = ["up", "--data-dir", folder, "--listen", "127.0.0.1:0"];
        let environment = [
            ("WEBHOOK_URL", &*receiver.url()),
            ("WEBHOOK_SECRET", SECRET),
        ];
        Self {
            process: Process::start(&arguments, &environment),
            data,
            receiver,
        }
    }

    fn data(&self) -> &str {
        self.data.path().to_str().unwrap()
    }

    fn url(&self) -> String {
        format!("http://{}", self.process.address())
    }

    async fn call(&self, method: Method, path: &str, who: [&str; 2], body: &Value) -> (u16, Value) {
        let [sub, scope] = who;
        let client = reqwest::Client::new();
        let request = client
            .request(method, format!("{}{path}", self.url()))
            .bearer_auth(token(self.data(), sub, scope));
        let request = if body.is_null() {
            request
        } else {
            request.json(body)
        };
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn send(&self, body: &Value) -> String {
        let who = ["svc", "notifications:send"];
        let (status, sent) = self
            .call(Method::POST, "/api/v1/notifications", who, body)
            .await;
        assert_eq!(status, 202, "{sent}");
        sent["notifications"][0]["id"].as_str().unwrap().to_owned()
    }

    async fn story(&self, id: &str) -> Value {
        let (who, path) = (
            ["svc", "notifications:send"],
            format!("/api/v1/notifications/{id}/timeline"),
        );
        self.call(Method::GET, &path, who, &Value::Null).await.1
    }

    async fn total(&self) -> Value {
        let page = self.call(
            Method::GET,
            "/api/v1/notifications",
            ["u1", "inbox"],
            &Value::Null,
        );
        page.await.1["total"].clone()
    }

    /// The story, once it says this.
    async fn reported(&self, id: &str, status: &str) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let story = self.story(id).await;
            if story["status"] == status {
                return story;
            }
            assert!(Instant::now() < until, "{story}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

fn message(send_at: Option<DateTime<Utc>>) -> Value {
    json!({"notification_type": "t", "recipients": ["u1"], "content": {}, "send_at": send_at})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_tells_what_came_of_a_test() {
    let up = Up::start().await;
    let run = |arguments: &[&str]| {
        let url = up.url();
        let fixed = [
            "test",
            "--url",
            &url,
            "--data-dir",
            up.data(),
            "--user",
            "u1",
        ];
        campanile(&[&fixed, arguments].concat(), &[])
            .output()
            .unwrap()
    };
    let good = run(&["--channels", "webhook,in_app", "--format", "json"]);
    assert!(good.status.success(), "{good:?}");
    let reported: Value = serde_json::from_slice(&good.stdout).unwrap();
    assert_eq!(
        reported["results"]["webhook"]["status"], "sent",
        "{reported}"
    );
    assert_eq!(
        reported["results"]["in_app"]["status"], "sent",
        "{reported}"
    );
    let received = up.receiver.wait_for(1).await;
    verified(&received[0]);
    let body: Value = serde_json::from_slice(&received[0].body).unwrap();
    assert_eq!(body["type"], "notification.test");
    assert_eq!(body["data"]["title"], "Test notification");

    up.receiver.answer([Reply::status(503)]);
    let bad = run(&["--channels", "webhook,push", "--level", "error"]);
    assert_eq!(bad.status.code(), Some(1));
    let table = String::from_utf8(bad.stdout.clone()).unwrap();
    for word in ["retrying", "503", "suppressed", "no_account"] {
        assert!(table.contains(word), "{table}");
    }
    assert_eq!(
        complaint(&bad).trim_end(),
        "campanile: not sent: push, webhook"
    );

    let mut refused = campanile(
        &[
            "test",
            "--url",
            &up.url(),
            "--token",
            "x",
            "--user",
            "u1",
            "--channels",
            "push",
        ],
        &[],
    );
    let refused = refused.output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(complaint(&refused).contains("401"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_for_later_comes_at_its_time_unless_it_is_cancelled() {
    let up = Up::start().await;
    let due = Utc::now() + TimeDelta::seconds(2);
    let (wanted, cancelled) = (message(Some(due)), message(Some(due)));
    let (wanted, cancelled) = (up.send(&wanted).await, up.send(&cancelled).await);
    assert_eq!(up.story(&wanted).await["status"], "scheduled");
    assert_eq!(up.total().await, 0);
    let path = format!("/api/v1/notifications/{cancelled}/cancel");
    let who = ["svc", "notifications:send"];
    let (status, answer) = up.call(Method::POST, &path, who, &Value::Null).await;
    assert_eq!((status, answer), (200, json!({"cancelled": 1})));

    let received = up.receiver.wait_for(1).await;
    assert!(Utc::now() >= due);
    assert_eq!(verified(&received[0]), wanted);
    up.reported(&wanted, "sent").await;
    // Planned by now like its neighbour, as cancelled.
    let until = Instant::now() + PATIENCE;
    let story = loop {
        let story = up.story(&cancelled).await;
        if story["deliveries"].as_array().unwrap().len() == 2 {
            break story;
        }
        assert!(Instant::now() < until, "{story}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(story["status"], "cancelled");
    for line in story["deliveries"].as_array().unwrap() {
        assert_eq!(
            (&line["status"], &line["reason"]),
            (&json!("cancelled"), &json!("cancelled"))
        );
    }
    assert_eq!(up.total().await, 1);
    assert_eq!(up.receiver.received().len(), 1);
    let path = format!("/api/v1/notifications/{wanted}/cancel");
    let (status, answer) = up.call(Method::POST, &path, who, &Value::Null).await;
    assert_eq!(
        (status, &answer["code"]),
        (409, &json!("nothing_to_cancel"))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_expires_while_it_waits_is_never_sent() {
    let up = Up::start().await;
    up.receiver
        .answer([Reply::status(503).header("Retry-After", "3600")]);
    let mut short = message(None);
    short["expires_at"] = json!(Utc::now() + TimeDelta::seconds(30));
    // Its next try would come after its deadline, so there is none.
    short["channels"] = json!(["webhook"]);
    let id = up.send(&short).await;
    let story = up.reported(&id, "expired").await;
    let line = &story["deliveries"][0];
    assert_eq!(
        (&line["status"], &line["reason"]),
        (&json!("expired"), &json!("deadline_passed"))
    );
    assert_eq!(line["attempts"].as_array().unwrap().len(), 1);
    assert_eq!(up.receiver.received().len(), 1);
}
