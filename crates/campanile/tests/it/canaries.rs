//! What users write, where they are reached and what callers prove themselves with is in no log line, no span and no metric,
//! however much is logged and whatever goes wrong.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use campanile_test_support::fcm::{FcmReply, FcmServer};
use campanile_test_support::otlp::Collector;
use campanile_test_support::smtp::{SmtpAct, SmtpOffers, SmtpServer};
use campanile_test_support::webhook::Reply;
use reqwest::Method;
use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::people::accounts;

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(60);

/// 32 bytes that are not random.
const MASTER_KEY: &str = "Y2FuYXJ5LW1hc3Rlci1rZXktb2YtMzItYnl0ZXMhISE=";

/// Each planted word begins with this.
const MARK: &str = "canary";

/// A word for one place, the same each time: what leaks says where it was planted.
fn planted(place: &str) -> String {
    format!("{MARK}-{place}-7f3a")
}

struct Caller {
    client: reqwest::Client,
    base: String,
    calls: AtomicU32,
}

impl Caller {
    async fn call(&self, method: Method, path: &str, token: &str, body: &Value) -> (u16, Value) {
        self.text(method, path, token, body.to_string()).await
    }

    async fn ok(
        &self,
        wanted: u16,
        method: Method,
        path: &str,
        token: &str,
        body: &Value,
    ) -> Value {
        let (status, answer) = self.call(method, path, token, body).await;
        assert_eq!(status, wanted, "{path}: {answer}");
        answer
    }

    async fn text(&self, method: Method, path: &str, token: &str, body: String) -> (u16, Value) {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let key = planted(&format!("key-{call}"));
        let request = self
            .client
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(token)
            .header("idempotency-key", key)
            .header("cookie", format!("session={}", planted("cookie")))
            .header("content-type", "application/json");
        let answer = request.body(body).send().await.unwrap();
        let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// The timeline once no delivery waits for its first attempt.
    async fn settled(&self, id: &str, token: &str) -> Value {
        let until = Instant::now() + PATIENCE;
        let path = format!("/api/v1/notifications/{id}/timeline");
        loop {
            let (_, story) = self.call(Method::GET, &path, token, &Value::Null).await;
            let ways = story["deliveries"].as_array().unwrap();
            if ways.len() >= 4 && ways.iter().all(|way| way["status"] != "queued") {
                return story;
            }
            assert!(Instant::now() < until, "{story}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// A notification with a planted word in everything that its sender may write.
fn notification(user: &str) -> Value {
    let link = format!("https://example.org/{}", planted("link"));
    json!({
        "notification_type": "new_message",
        "recipients": [user],
        "title": planted("title"),
        "body": planted("body"),
        "content": {"message_preview": planted("content"), (planted("content-key")): 1},
        "link": link,
        "actions": [{"id": "open", "title": planted("action"), "link": format!("{link}/{}", planted("action-link"))}],
        "collapse_key": planted("collapse-key"),
        "channels": ["in_app", "push", "email", "webhook"],
    })
}

/// Bodies and paths that are refused, each with planted words.
fn refused() -> Vec<(Method, String, String)> {
    let notifications = "/api/v1/notifications";
    let unknown = json!({"notification_type": planted("type!"), "recipients": [planted("recipient!")],
        (planted("field")): planted("value"), "content": planted("not-an-object")});
    let address = json!({"email": format!("{} @nowhere", planted("bad-address"))});
    vec![
        (Method::POST, notifications.into(), unknown.to_string()),
        (Method::POST, notifications.into(), format!("{{\"title\": \"{}", planted("half-json"))),
        (Method::PUT, "/api/v1/users/zoe".into(), address.to_string()),
        (
            Method::POST,
            "/api/v1/devices".into(),
            json!({"kind": planted("kind"), "value": planted("device-value"), "platform": "pigeon"}).to_string(),
        ),
        (Method::GET, format!("{notifications}?cursor={}", planted("cursor")), String::new()),
        (Method::GET, format!("{notifications}/{}", planted("id")), String::new()),
        (Method::GET, format!("{notifications}/stream?ticket={}", planted("ticket")), String::new()),
    ]
}

/// Sends to someone who is reached everywhere, and to someone whom each provider refuses with words that repeat theirs.
async fn walk(caller: &Caller, cluster: &Cluster, fcm: &FcmServer, relay: &SmtpServer) {
    let service = cluster.token("service", "notifications:send");
    let operator = cluster.token("operator", "admin");
    // A webhook's receiver may be mended, so its refusal is retried.
    for (user, outcomes) in [
        ("zoe", ["sent", "sent", "sent"]),
        ("adam", ["dead", "dead", "retrying"]),
    ] {
        let token = cluster.token(user, "inbox");
        let phone = planted(&format!("phone-{user}"));
        let mailbox = format!("{}@example.org", planted(&format!("mail-{user}")));
        if user == "adam" {
            let unregistered = FcmReply::error(404, "UNREGISTERED");
            fcm.answer_for(&phone, [unregistered]);
            let unknown = format!("550 5.1.1 <{mailbox}> is unknown here");
            relay.for_recipient(&mailbox, SmtpAct::say(&unknown));
            let answer = Reply::status(400).text(&planted("webhook-answer"));
            cluster.receiver.answer([answer]);
        }
        let device = json!({"kind": "token", "value": phone, "platform": "android"});
        caller
            .ok(201, Method::POST, "/api/v1/devices", &token, &device)
            .await;
        let person = json!({
            "email": mailbox,
            "attributes": {(planted("attribute-key")): planted("attribute")},
        });
        let path = format!("/api/v1/users/{user}");
        caller.ok(200, Method::PUT, &path, &service, &person).await;
        let (path, sent) = ("/api/v1/notifications", notification(user));
        let answer = caller.ok(202, Method::POST, path, &service, &sent).await;
        let id = answer["notifications"][0]["id"].as_str().unwrap();
        let story = caller.settled(id, &service).await;
        let of = |channel: &str| {
            let mut ways = story["deliveries"].as_array().unwrap().iter();
            ways.find(|way| way["channel"] == channel).unwrap()["status"].clone()
        };
        for (channel, outcome) in ["push", "email", "webhook"].into_iter().zip(outcomes) {
            assert_eq!(of(channel), outcome, "{channel}: {story}");
        }
    }
    let account = json!({"channel": "webhook", "settings": {
        "url": format!("https://example.org/{}", planted("secret-path")),
        "secret": planted("webhook-secret"),
    }});
    let path = "/api/v1/admin/providers/other";
    let (status, answer) = caller.call(Method::PUT, path, &operator, &account).await;
    assert_eq!(status, 422, "{answer}");
    for (method, path, body) in refused() {
        for token in [&service, &cluster.token("zoe", "inbox"), &planted("token")] {
            let (status, answer) = caller
                .text(method.clone(), &path, token, body.clone())
                .await;
            let is_refused = (400..500).contains(&status);
            assert!(is_refused, "{method} {path}: {status} {answer}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_users_write_and_where_they_are_reached_is_in_no_log_span_or_metric() {
    let (fcm, relay, collector) = (
        FcmServer::start().await,
        SmtpServer::start(SmtpOffers::default()).await,
        Collector::start().await,
    );
    let mut cluster = Cluster::new().await;
    cluster.also(accounts(&fcm, &relay));
    cluster.also(
        [
            ("RUST_LOG", "trace"),
            ("CAMPANILE_MASTER_KEY", MASTER_KEY),
            ("DATABASE_SLOW_QUERY_MS", "1"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint()),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned())),
    );
    let (api, worker) = (cluster.api(), cluster.worker_of("push,email,webhook"));
    let caller = Caller {
        client: reqwest::Client::new(),
        base: format!("http://{}", api.address()),
        calls: AtomicU32::new(0),
    };
    walk(&caller, &cluster, &fcm, &relay).await;
    let mut found = Vec::new();
    for role in [&api, &worker] {
        let url = format!("http://{}/metrics", role.address());
        let metrics = reqwest::get(url).await.unwrap().text().await.unwrap();
        assert!(metrics.contains("campanile_build_info"));
        found.extend(leaks("metrics", &metrics));
    }
    let (mut lines, mut detailed) = (0, 0);
    for (role, process) in [("worker", worker), ("api", api)] {
        let log = process.terminate_and_read();
        lines += log.lines().count();
        let is_detailed = |line: &&str| line.contains("\"level\":\"DEBUG\"");
        detailed += log.lines().filter(is_detailed).count();
        found.extend(leaks(role, &log));
    }
    // What a role has not exported yet it exports when it is stopped.
    let spans = collector
        .until(|spans| spans.iter().any(|span| span.name == "worker.record"))
        .await;
    for span in &spans {
        found.extend(leaks("span", &format!("{span:?}")));
    }
    println!("{lines} lines, {detailed} at debug, {} spans", spans.len());
    assert!(detailed > 0, "{lines} lines are not a log of everything");
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Lines with a planted word.
fn leaks(place: &str, text: &str) -> Vec<String> {
    let is_leak = |line: &&str| line.contains(MARK) || line.contains(MASTER_KEY);
    let lines = text.lines().filter(is_leak);
    lines.map(|line| format!("{place}: {line}")).collect()
}
