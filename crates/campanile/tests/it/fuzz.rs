//! A fuzzer reads the OpenAPI document and holds a running `up` to every word of it.
//!
//! It makes valid and invalid requests for each operation, follows ids from answer to request, and
//! complains of a 5xx, of an answer that the document does not know, and of wrong data taken as right.

use std::io::Write;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Process, token};

/// Where `cargo xtask test` put a Python with the fuzzer.
const PYTHON: &str = "CAMPANILE_TEST_PYTHON_PATH";

/// Requests per operation and phase: some 30 s of one core.
const EXAMPLES: &str = "30";

/// The user whose inbox it is. Not the document's example of a user: that one is soon erased.
const READER: &str = "reader";

/// The fuzzer's time at most. It needs a third; what measures nearby may stop us for a while.
const PATIENCE: Duration = Duration::from_secs(270);

/// Something for the fuzzer to find: an inbox, a device, an account, a key, and the topic `news`. Gives the ids
/// of a notification, of a send to the topic and of the key.
async fn furnish(up: &Process, tokens: &[(&str, String)]) -> [String; 3] {
    let client = reqwest::Client::new();
    let put = async |method: Method, path: &str, scope: &str, body: Value| {
        let (_, token) = tokens.iter().find(|(name, _)| *name == scope).unwrap();
        let url = format!("http://{}{path}", up.address());
        let request = client.request(method, url).bearer_auth(token).json(&body);
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {answer:?}");
        answer.json::<Value>().await.unwrap()
    };
    // Enough that some are left when others have been deleted, archived and put off.
    let body = json!({"notification_type": "new_message", "recipients": [READER],
        "content": {"n": 1}, "title": "Hello"});
    let path = "/api/v1/notifications";
    let mut sent = Value::Null;
    for _ in 0..20 {
        sent = put(Method::POST, path, "notifications:send", body.clone()).await;
    }
    let device = json!({"kind": "token", "value": "t1", "platform": "web"});
    put(Method::POST, "/api/v1/devices", "inbox", device).await;
    let hook = json!({"channel": "webhook", "settings": {"url": "https://a.example.com/",
        "secret": crate::support::SECRET}});
    let path = "/api/v1/admin/providers/main";
    put(Method::PUT, path, "admin", hook).await;
    let (path, subscribers) = (
        "/api/v1/topics/news/subscribers",
        json!({"user_ids": [READER]}),
    );
    put(Method::PUT, path, "notifications:send", subscribers).await;
    // It waits, so that it can be cancelled.
    let later = chrono::Utc::now() + chrono::TimeDelta::days(1);
    let body = json!({"notification_type": "news", "topic": "news", "content": {"n": 1},
        "send_at": later});
    let path = "/api/v1/notifications";
    let fanout = put(Method::POST, path, "notifications:send", body).await;
    let (path, key) = (
        "/api/v1/admin/api-keys",
        json!({"name": "k", "scopes": ["viewer"]}),
    );
    let key = put(Method::POST, path, "admin", key).await;
    let (path, tenant) = ("/api/v1/admin/tenants", json!({"tenant": "fuzzed"}));
    put(Method::POST, path, "platform", tenant).await;
    [
        &sent["notifications"][0]["id"],
        &fanout["fanout_id"],
        &key["id"],
    ]
    .map(|id| id.as_str().unwrap().to_owned())
}

/// Killed when it is dropped.
struct Fuzzer(Child);

impl Fuzzer {
    /// How it ended; `None` if it has not in time.
    async fn end(&mut self) -> Option<ExitStatus> {
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if let Some(status) = self.0.try_wait().unwrap() {
                return Some(status);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        None
    }
}

impl Drop for Fuzzer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The line of the summary that begins so.
fn summary<'a>(output: &'a str, beginning: &str) -> &'a str {
    let mut lines = output.lines().map(str::trim);
    let found = lines.find(|line| line.starts_with(beginning));
    found.unwrap_or_else(|| panic!("no {beginning:?} in\n{output}"))
}

/// Only a provider whose receiver answered 410 can be resumed, and none does here.
const NEEDS_A_PAUSE: &str = "POST /api/v1/admin/providers/{name}/resume";
/// Its example names no tenant that is there.
const NEEDS_A_TENANT: &str = "DELETE /api/v1/admin/tenants/{tenant}";
/// Only a version that waits for its time can be taken back, and the example publishes at once.
const NEEDS_A_SCHEDULE: &str = "DELETE /api/v1/admin/templates/{type}/versions/{version}";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_gets_an_answer_that_the_document_does_not_know() {
    let Some(python) = std::env::var_os(PYTHON) else {
        // Past the capture of passed tests' output: people are to see it, and the test command to fail.
        let why = "names no Python with schemathesis; `cargo xtask test` sets it";
        writeln!(std::io::stderr(), "SKIPPED: fuzz: {PYTHON} {why}").unwrap();
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    // The fuzzer tries many forged tokens and is to see that each is refused for itself.
    let up = Process::start(
        &["up", "--data-dir", data, "--listen", "127.0.0.1:0"],
        &[
            ("CAMPANILE_LIMIT_FAILED_AUTH", "off"),
            ("CAMPANILE_PUBLIC_URL", "https://notify.example"),
        ],
    );
    let subjects = [
        ("notifications:send", "svc"),
        ("inbox", READER),
        ("admin", "ops"),
        ("admin:read", "ops"),
        ("templates:write", "ops"),
        ("deliveries:write", "ops"),
        ("platform", "root"),
    ];
    let tokens = subjects.map(|(scope, sub)| (scope, token(data, sub, scope)));
    let [notification, fanout, key] = furnish(&up, &tokens).await;

    let document = format!("http://{}/api/v1/openapi.json", up.address());
    let (output, errors) = (folder.path().join("output"), folder.path().join("errors"));
    let mut fuzzer = Command::new(python);
    fuzzer
        .args([
            "-m",
            "schemathesis.cli",
            "--config-file",
            concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/tests/it/fuzz/schemathesis.toml"
            ),
            "run",
            &document,
            "--checks",
            "all",
        ])
        // A document cannot say all that makes data wrong: two fields that contradict each other.
        .args(["--exclude-checks", "positive_data_acceptance"])
        // A response that lasts for minutes; the tests of streams send it wrong requests.
        .args(["--exclude-path", "/api/v1/notifications/stream"])
        .args(["--max-examples", EXAMPLES, "--seed", "20260101"])
        .args(["--generation-deterministic", "--no-shrink"])
        .args(["--continue-on-failure", "--no-color", "--workers", "1"])
        .args(["--wait-for-schema", "100", "--request-timeout", "100"])
        .env("SCHEMATHESIS_HOOKS", "hooks")
        .env(
            "PYTHONPATH",
            concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/fuzz"),
        )
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("NOTIFICATION_ID", notification)
        .env("FANOUT_ID", fanout)
        .env("API_KEY_ID", key)
        .current_dir(folder.path())
        .stdout(std::fs::File::create(&output).unwrap())
        .stderr(std::fs::File::create(&errors).unwrap())
        .stdin(Stdio::null());
    for (scope, token) in &tokens {
        let name = format!("TOKEN_{}", scope.replace(':', "_").to_uppercase());
        fuzzer.env(name, token);
    }
    let begun = Instant::now();
    let mut fuzzer = Fuzzer(fuzzer.spawn().unwrap());
    let status = fuzzer.end().await;
    let read = |path| std::fs::read_to_string(path).unwrap();
    let (output, errors) = (read(&output), read(&errors));
    let status = status.unwrap_or_else(|| panic!("still fuzzing:\n{output}"));
    assert!(status.success(), "{status}\n{output}\n{errors}");
    // A run that tested nothing succeeds as well.
    let tested = summary(&output, "Tested:");
    let operations: u32 = tested.trim_start_matches("Tested:").trim().parse().unwrap();
    let cases = summary(&output, "Test cases:");
    let cases = output.split(cases).nth(1).unwrap().trim_start();
    let (cases, _) = cases.split_once(" generated").unwrap();
    assert!(
        operations >= 35 && cases.parse::<u32>().unwrap() > 1_000,
        "{output}"
    );
    assert!(!output.contains("Authentication failed"), "{output}");
    let found_nothing = output
        .lines()
        .skip_while(|line| !line.starts_with("Missing test data"))
        .take_while(|line| !line.starts_with('💡'))
        .filter_map(|line| line.strip_prefix("  - "));
    for operation in found_nothing {
        let known = [NEEDS_A_PAUSE, NEEDS_A_SCHEDULE, NEEDS_A_TENANT];
        assert!(known.contains(&operation), "{operation}: {output}");
    }
    let took = begun.elapsed().as_secs();
    println!("fuzzed: {operations} operations, {cases} cases, no findings, {took} s");
}
