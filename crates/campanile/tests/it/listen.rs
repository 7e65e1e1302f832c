//! `campanile listen`.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use campanile_test_support::webhook::WebhookReceiver;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::support::{Process, campanile, complaint, token};

/// Longer than any of this takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

fn up(data: &str, listen: &str) -> Process {
    Process::start(&["up", "--data-dir", data, "--listen", listen], &[])
}

/// A running `listen`; killed when it is dropped.
struct Listening {
    child: Child,
    lines: Receiver<String>,
}

impl Listening {
    fn start(url: &str, data: &str, more: &[&str]) -> Self {
        let arguments = [
            &[
                "listen",
                "--user",
                "alice",
                "--url",
                url,
                "--data-dir",
                data,
                "--format",
                "json",
            ],
            more,
        ]
        .concat();
        let mut command = campanile(&arguments, &[]);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = lines(child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// The next event of this name.
    fn event(&self, name: &str) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let line = self.lines.recv_timeout(left);
            let line = line.unwrap_or_else(|_| panic!("no event `{name}` in time"));
            let event: Value = serde_json::from_str(&line).unwrap();
            if event["event"] == name {
                return event;
            }
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(output: ChildStdout) -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        BufReader::new(output)
            .lines()
            .map_while(Result::ok)
            .for_each(|line| drop(sender.send(line)));
    });
    lines
}

/// Calls the API; gives the status and the answer's JSON.
async fn call(
    up: &Process,
    method: &str,
    path: &str,
    token: &str,
    body: Value,
) -> (StatusCode, Value) {
    let url = format!("http://{}{path}", up.address());
    let method = method.parse().unwrap();
    let request = Client::new().request(method, url).bearer_auth(token);
    let request = match body {
        Value::Null => request,
        body => request.json(&body),
    };
    let answer = request.send().await.unwrap();
    (answer.status(), answer.json().await.unwrap_or_default())
}

async fn send(up: &Process, service: &str, kind: &str, title: &str) -> String {
    let body =
        json!({"notification_type": kind, "recipients": ["alice"], "title": title, "content": {}});
    let (status, sent) = call(up, "POST", "/api/v1/notifications", service, body).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{sent}");
    sent["notifications"][0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_prints_and_forwards_what_happens_and_goes_on_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let receiver = WebhookReceiver::start().await;
    let server = up(data, "127.0.0.1:0");
    let address = server.address().to_string();
    let url = format!("http://{address}");
    let service = token(data, "svc", "notifications:send");

    let forward = receiver.url();
    let more = ["--types", "wanted", "--forward", &forward];
    let listening = Listening::start(&url, data, &more);
    assert_eq!(listening.event("connection")["data"]["user_id"], "alice");
    send(&server, &service, "other", "Not wanted").await;
    let first = send(&server, &service, "wanted", "First").await;
    let event = listening.event("notification");
    assert_eq!(event["data"]["id"], first.as_str());
    assert_eq!(event["data"]["title"], "First");

    // What is sent while it cannot listen comes once it can again, and nothing comes twice.
    server.kill();
    let server = up(data, &address);
    let second = send(&server, &service, "wanted", "Second").await;
    let third = send(&server, &service, "wanted", "Third").await;
    let came: Vec<_> = (0..2)
        .map(|_| listening.event("notification")["data"]["id"].clone())
        .collect();
    assert_eq!(came, [json!(second), json!(third)]);
    let forwarded = async {
        let mut ids = Vec::new();
        for count in 1.. {
            let all = receiver.wait_for(count).await;
            let body: Value = serde_json::from_slice(&all[count - 1].body).unwrap();
            if body["event"] == "notification" {
                ids.push(body["data"]["id"].as_str().unwrap().to_owned());
            }
            if ids.len() == 3 {
                break;
            }
        }
        ids
    };
    assert_eq!(forwarded.await, [first.clone(), second.clone(), third]);

    // From a notification that somebody has already.
    let since = ["--since", &first, "--types", "wanted"];
    let listening = Listening::start(&url, data, &since);
    let mut came = Vec::new();
    while !came.contains(&json!(second)) {
        came.push(listening.event("notification")["data"]["id"].clone());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_user_counts_as_active_while_a_stream_is_open() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let server = up(data, "127.0.0.1:0");
    let alice = token(data, "alice", "inbox");
    let path = "/api/v1/notifications/preferences";
    let choice = json!({"push_while_active": false});
    let (status, _) = call(&server, "PUT", path, &alice, choice).await;
    assert_eq!(status, StatusCode::OK);
    let next = format!("{path}/next-delivery?channel=push");
    let suppressed = || async {
        let (_, next) = call(&server, "GET", &next, &alice, Value::Null).await;
        next["suppressed_by"].clone()
    };
    assert_eq!(suppressed().await, Value::Null);
    let url = format!("http://{}", server.address());
    let listening = Listening::start(&url, data, &[]);
    listening.event("connection");
    assert_eq!(suppressed().await, "user_is_active");
    drop(listening);
    let until = Instant::now() + PATIENCE;
    while suppressed().await != Value::Null {
        assert!(Instant::now() < until, "the stream has ended");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_address_or_token_is_one_clear_line() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let listen = |url: &str, token: &str| {
        let arguments = ["listen", "--user", "alice", "--url", url, "--token", token];
        complaint(&campanile(&arguments, &[]).output().unwrap())
    };
    let text = listen("http://127.0.0.1:9", "x");
    assert!(text.contains("--url: no server answers"), "{text}");
    let server = up(data, "127.0.0.1:0");
    let url = format!("http://{}", server.address());
    let text = listen(&url, "x");
    assert!(text.contains("401") && text.contains("not valid"), "{text}");
    let service = token(data, "svc", "notifications:send");
    let text = listen(&url, &service);
    assert!(text.contains("403") && text.contains("inbox"), "{text}");
    assert_eq!(text.lines().count(), 1, "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_live_page_opens_a_stream_with_a_ticket() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let server = up(data, "127.0.0.1:0");
    let page = format!("http://{}/docs/live", server.address());
    let html = reqwest::get(page).await.unwrap();
    assert_eq!(html.status(), StatusCode::OK);
    let alice = token(data, "alice", "inbox");
    let path = "/api/v1/notifications/stream-ticket";
    let (status, issued) = call(&server, "POST", path, &alice, Value::Null).await;
    assert_eq!(status, StatusCode::CREATED);
    let ticket = issued["ticket"].as_str().unwrap();
    let stream = format!(
        "http://{}/api/v1/notifications/stream?ticket={ticket}",
        server.address()
    );
    // As a page on this machine does; another site may not.
    let open = |origin: &'static str| Client::new().get(&stream).header("origin", origin).send();
    let refused = open("https://evil.example").await.unwrap();
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    let mut opened = open("http://localhost:5173").await.unwrap();
    assert_eq!(opened.status(), StatusCode::OK);
    assert_eq!(
        opened.headers()["access-control-allow-origin"],
        "http://localhost:5173"
    );
    let mut text = String::new();
    while !text.contains("event: connection") {
        let chunk = opened.chunk().await.unwrap().expect("a stream");
        text.push_str(&String::from_utf8_lossy(&chunk));
    }
    let again = open("http://localhost:5173").await.unwrap();
    assert_eq!(again.status(), StatusCode::UNAUTHORIZED);
}
