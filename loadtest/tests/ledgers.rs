//! The three commands as processes, around an API that the test plays.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use serde_json::{Value, json};
use standardwebhooks::Webhook;
use tokio::net::TcpListener;
use uuid::Uuid;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

fn loadtest(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_campanile-loadtest"));
    command.args(arguments).env_clear();
    command
}

/// The receiver; killed when it is dropped.
struct Sink(Child, SocketAddr);

impl Sink {
    fn start(ledger: &Path, secret: &str) -> Self {
        let ledger = ledger.to_str().unwrap();
        let mut child = loadtest(&["sink", "--ledger", ledger, "--secret", secret])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .strip_prefix("listening on http://")
            .unwrap()
            .parse()
            .unwrap();
        Self(child, address)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How the played API misbehaves.
#[derive(Default)]
struct Api {
    sink: Option<SocketAddr>,
    requests: Mutex<Vec<String>>,
    loses: Option<usize>,
    doubles: Option<usize>,
    fails_first: bool,
    stalls: Option<(usize, Duration)>,
}

async fn send(
    State(api): State<Arc<Api>>,
    headers: HeaderMap,
    body: String,
) -> (StatusCode, String) {
    let number = {
        let mut requests = api.requests.lock().unwrap();
        requests.push(headers["idempotency-key"].to_str().unwrap().to_owned());
        requests.len() - 1
    };
    if api.fails_first && number == 0 {
        return (StatusCode::SERVICE_UNAVAILABLE, String::new());
    }
    if let Some((at, delay)) = api.stalls.filter(|(at, _)| *at == number) {
        assert_eq!(at, number);
        tokio::time::sleep(delay).await;
    }
    let body: Value = serde_json::from_str(&body).unwrap();
    let id = Uuid::new_v4();
    let calls = match number {
        n if api.loses == Some(n) => 0,
        n if api.doubles == Some(n) => 2,
        _ => 1,
    };
    for _ in 0..calls {
        call(api.sink, id).await;
    }
    let answer =
        json!({"accepted": 1, "notifications": [{"id": id, "user_id": body["recipients"][0]}]});
    (StatusCode::ACCEPTED, answer.to_string())
}

async fn call(sink: Option<SocketAddr>, notification: Uuid) {
    let Some(sink) = sink else { return };
    let (id, body) = (
        format!("d-{notification}"),
        json!({"data": {"id": notification}}).to_string(),
    );
    let now = std::time::SystemTime::UNIX_EPOCH
        .elapsed()
        .unwrap()
        .as_secs();
    let now = i64::try_from(now).unwrap();
    let signature = Webhook::new(SECRET)
        .unwrap()
        .sign(&id, now, body.as_bytes())
        .unwrap();
    let answer = reqwest::Client::new()
        .post(format!("http://{sink}/"))
        .header("webhook-id", id)
        .header("webhook-timestamp", now.to_string())
        .header("webhook-signature", signature)
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
}

struct Run {
    dir: tempfile::TempDir,
    report: Value,
    api: Arc<Api>,
}

impl Run {
    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Joins the ledgers; whether it passed, and what it said.
    fn join(&self) -> (bool, Value, String) {
        let (promised, received) = (self.file("promised"), self.file("received"));
        let json = self.file("joined.json");
        let output = loadtest(&[
            "join",
            "--promised",
            promised.to_str().unwrap(),
            "--received",
            received.to_str().unwrap(),
            "--json",
            json.to_str().unwrap(),
        ])
        .output()
        .unwrap();
        let joined = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        (output.status.success(), joined, text)
    }
}

/// Twenty requests at a hundred a second.
async fn run(secret: &str, mut api: Api) -> Run {
    let dir = tempfile::tempdir().unwrap();
    let sink = Sink::start(&dir.path().join("received"), secret);
    api.sink = Some(sink.1);
    let api = Arc::new(api);
    let router = Router::new().route("/api/v1/notifications", post(send));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serving =
        tokio::spawn(axum::serve(listener, router.with_state(Arc::clone(&api))).into_future());
    let (ledger, json) = (dir.path().join("promised"), dir.path().join("run.json"));
    let own = std::process::id().to_string();
    let mut command = loadtest(&["run", "--url", &url, "--token", "t", "--rate", "100"]);
    command.args([
        "--duration",
        "200ms",
        "--connections",
        "1",
        "--retry-for",
        "10s",
        "--pid",
        &own,
    ]);
    command
        .arg("--ledger")
        .arg(&ledger)
        .arg("--json")
        .arg(&json)
        .stderr(Stdio::null());
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    serving.abort();
    let report = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    Run { dir, report, api }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_without_loss_passes_and_is_costed() {
    let run = run(SECRET, Api::default()).await;
    assert_eq!(run.report["notifications_accepted"], 20);
    assert!(run.report["processes"][0]["resident_kib"].as_u64().unwrap() > 0);
    let (passed, joined, text) = run.join();
    assert!(passed, "{text}");
    let counts = [
        "promised",
        "received",
        "doubled",
        "unverified",
        "unpromised",
    ];
    assert_eq!(
        counts.map(|name| joined[name].as_u64().unwrap()),
        [20, 20, 0, 0, 0]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_one_fails_the_join_and_is_named_and_a_doubled_one_is_counted() {
    let run = run(
        SECRET,
        Api {
            loses: Some(3),
            doubles: Some(5),
            ..Api::default()
        },
    )
    .await;
    let (passed, joined, text) = run.join();
    assert!(!passed);
    assert_eq!(joined["doubled"], 1);
    let lost = joined["lost"][0].as_str().unwrap();
    assert!(text.contains(&format!("lost: {lost}")), "{text}");
    assert_eq!(joined["lost"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_signature_fails_the_join() {
    let run = run(OTHER, Api::default()).await;
    let (passed, joined, _) = run.join();
    assert!(!passed);
    assert_eq!(joined["unverified"], 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repetition_bears_the_same_key() {
    let run = run(
        SECRET,
        Api {
            fails_first: true,
            ..Api::default()
        },
    )
    .await;
    assert_eq!(run.report["repeated"], 1);
    let keys = run.api.requests.lock().unwrap().clone();
    assert_eq!(keys.len(), 21);
    assert_eq!(keys[0], keys[1], "one place, so the repetition comes next");
    let mut distinct = keys;
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 20);
    assert!(run.join().0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stall_is_seen_in_the_latency_of_those_that_it_kept_waiting() {
    let stall = Duration::from_millis(500);
    let run = run(
        SECRET,
        Api {
            stalls: Some((0, stall)),
            ..Api::default()
        },
    )
    .await;
    // One of twenty was slow to be answered; counted from their due times most of them were.
    let median = run.report["accept"]["p50_ms"].as_f64().unwrap();
    assert!(median > 200.0, "{median} ms: the waiting was not counted");
}

#[test]
fn a_wrong_secret_is_refused_without_being_shown() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = dir.path().join("received");
    let output = loadtest(&[
        "sink",
        "--ledger",
        ledger.to_str().unwrap(),
        "--secret",
        "whsec_hunter2!",
    ])
    .output()
    .unwrap();
    assert!(!output.status.success());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        text.contains("--secret") && !text.contains("hunter2"),
        "{text}"
    );
}
