//! `/metrics` after some work, held against the rules of Prometheus: types, help, names, units.

use std::io::Write;
use std::process::{Command, Stdio};

use campanile_test_support::webhook::WebhookReceiver;

use crate::support::{Caller, Process, SECRET, token};

/// Where `cargo xtask test` found Prometheus' tool; empty if this machine cannot have it.
const PROMTOOL: &str = "CAMPANILE_TEST_PROMTOOL_PATH";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metrics_keep_the_rules_of_prometheus() {
    let promtool = std::env::var(PROMTOOL).unwrap_or_else(|_| "promtool".into());
    if promtool.is_empty() {
        eprintln!("skipped: {PROMTOOL} is empty");
        return;
    }
    let (dir, receiver) = (tempfile::tempdir().unwrap(), WebhookReceiver::start().await);
    let (data, url) = (dir.path().to_str().unwrap(), receiver.url());
    let up = Process::start(
        &["up", "--data-dir", data, "--listen", "127.0.0.1:0"],
        &[("WEBHOOK_URL", &url), ("WEBHOOK_SECRET", SECRET)],
    );
    // Metrics with labels are there once something was counted.
    let service = token(data, "shop", "notifications:send");
    Caller::new(up.address(), &service).send("one").await;
    receiver.wait_for(1).await;
    let inbox = token(data, "alice", "inbox");
    Caller::new(up.address(), &inbox)
        .get("/api/v1/notifications")
        .await;
    let url = format!("http://{}/metrics", up.address());
    let text = reqwest::get(url).await.unwrap().text().await.unwrap();
    assert!(text.contains("campanile_attempts_total{"), "{text}");

    let mut check = Command::new(&promtool)
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| {
            panic!("{PROMTOOL} names promtool ({promtool}: {error}); `cargo xtask test` sets it")
        });
    check
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    let checked = check.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "{said}");
    assert_eq!(said, "", "promtool has something to say");
}
