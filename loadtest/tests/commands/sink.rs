//! `sink`: what came is counted, verified, and on the disk when it ends.

use http::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::tool::{Sink, lines, loadtest, text};
use crate::webhook::{OTHER_SECRET, SECRET, call};

#[tokio::test]
async fn every_call_is_counted_and_on_the_disk_when_the_sink_ends() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = dir.path().join("received");
    let sink = Sink::start(&ledger, &["--secret", SECRET]);
    let id = Uuid::new_v4();
    for webhook in ["first", "first", "second"] {
        assert_eq!(call(&sink.url, webhook, id).await, StatusCode::OK);
    }
    let count: Value = serde_json::from_str(&sink.get("/count").await).unwrap();
    let expected = json!({"requests": 3, "distinct_ids": 2, "unverified": 0});
    assert_eq!(count, expected);
    assert_eq!(sink.get("/healthz").await, "ok");

    assert!(sink.terminate().success());
    let lines = lines(&ledger);
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[2]["webhook_id"], "second");
    assert_eq!(lines[2]["notification_id"], json!(id));
    assert_eq!(lines[2]["verified"], true);
    assert_eq!(lines[2]["status"], 200);
    assert!(lines[0]["at"].as_u64() <= lines[2]["at"].as_u64());
}

#[tokio::test]
async fn the_answer_is_as_asked_for_and_a_wrong_signature_is_counted() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = dir.path().join("received");
    let more = ["--secret", OTHER_SECRET, "--status", "503"];
    let sink = Sink::start(&ledger, &[&more[..], &["--delay", "20ms"]].concat());
    let begun = std::time::Instant::now();
    let status = call(&sink.url, "first", Uuid::new_v4()).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(begun.elapsed().as_millis() >= 20);
    let count: Value = serde_json::from_str(&sink.get("/count").await).unwrap();
    assert_eq!(count["unverified"], 1);
    assert!(sink.terminate().success());
    assert_eq!(lines(&ledger)[0]["verified"], false);
    assert_eq!(lines(&ledger)[0]["status"], 503);
}

#[tokio::test]
async fn without_a_secret_nothing_is_verified() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = dir.path().join("received");
    let sink = Sink::start(&ledger, &[]);
    call(&sink.url, "first", Uuid::new_v4()).await;
    assert!(sink.terminate().success());
    assert_eq!(lines(&ledger)[0]["verified"], Value::Null);
}

#[test]
fn a_wrong_secret_is_refused_without_being_shown() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = dir.path().join("received");
    let arguments = ["sink", "--secret", "whsec_hunter2!", "--ledger"];
    let output = loadtest(arguments).arg(text(&ledger)).output().unwrap();
    assert!(!output.status.success());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("--secret"), "{text}");
    assert!(!text.contains("hunter2"), "{text}");
}
