//! One line per request, with everything to find it by and nothing that opens a door.

use std::time::Duration;

use campanile_domain::Channel;
use campanile_test_support::log::Lines;
use serde_json::{Value, json};
use tracing::subscriber::DefaultGuard;

use crate::dead_letters::{bury, sweep};
use crate::support::{Fault, TestApi, get, user};

/// Collects this thread's log until the guard is dropped.
pub fn collect(lines: &Lines) -> DefaultGuard {
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_max_level(tracing::Level::TRACE)
        .with_writer(lines.clone())
        .finish();
    Lines::collect(subscriber)
}

/// The one line about a request.
#[track_caller]
fn request_line(lines: &Lines) -> Value {
    let text = lines.text();
    let mut requests = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|line: &Value| line["http.route"].is_string());
    let line = requests.next().unwrap_or_else(|| panic!("{text}"));
    assert!(requests.next().is_none(), "{text}");
    line
}

#[tokio::test]
async fn a_request_is_one_line_without_its_token() {
    let lines = Lines::default();
    let guard = collect(&lines);
    let token = user("acme", "u1");
    let mut request = get("/api/v1/notifications?limit=5", &token);
    let id = "req-1".parse().unwrap();
    request.headers_mut().insert("x-request-id", id);
    let answer = TestApi::new().await.call(request).await;
    drop(guard);

    assert_eq!(answer.status, 200);
    let text = lines.text();
    assert!(!text.contains(&token) && !text.contains("Bearer"), "{text}");
    let line = request_line(&lines);
    assert_eq!(line["message"], "GET /api/v1/notifications 200");
    assert_eq!(line["http.method"], "GET");
    assert_eq!(line["http.status"], 200);
    assert_eq!(line["tenant.id"], "acme");
    assert_eq!(line["request.id"], "req-1");
    assert!(line["duration_ms"].is_u64());
    assert_eq!(line["spans"][0]["request.id"], "req-1");
    assert_eq!(line["spans"][0]["tenant.id"], "acme");
}

#[tokio::test]
async fn a_caller_that_hangs_up_leaves_a_line_too() {
    let lines = Lines::default();
    let guard = collect(&lines);
    let api = TestApi::new().await;
    api.storage.break_call("inbox_count", Fault::Hang);
    let token = user("acme", "u1");
    let call = api.get("/api/v1/notifications/count", &token);
    let patience = Duration::from_millis(50);
    assert!(tokio::time::timeout(patience, call).await.is_err());
    drop(guard);
    assert_eq!(request_line(&lines)["http.status"], 499);
    assert_eq!(request_line(&lines)["tenant.id"], "acme");
}

#[tokio::test]
async fn what_an_operator_moves_is_reported_with_its_number() {
    let api = TestApi::new().await;
    bury(&api, "acme", Channel::Push, &["a", "b"]).await;
    let lines = Lines::default();
    let guard = collect(&lines);
    sweep(&api, "acme", "purge", &json!({"all": true})).await;
    drop(guard);
    let text = lines.text();
    let mut reported = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|line| line["message"] == "purged dead letters");
    let line = reported.next().unwrap_or_else(|| panic!("{text}"));
    assert_eq!(
        (&line["tenant.id"], &line["count"]),
        (&json!("acme"), &json!(2))
    );
    assert_eq!(line["level"], "INFO");
}
