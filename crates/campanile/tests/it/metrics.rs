//! `/metrics` after some work, held against the rules of Prometheus: types, help, names, units.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use campanile_test_support::webhook::WebhookReceiver;

use serde_json::{Value, json};

use crate::support::{Caller, Process, SECRET, campanile, token};

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

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(60);

const TENANTS: usize = 100;
const USERS: usize = 100;
/// Series of a process, whatever it did. An installation has some dozens of processes.
const MOST_SERIES: usize = 2_000;

/// One request to all users of a tenant; of some tenants, a user reads the inbox.
async fn send_and_read(up: &Process, data: &str, tenant: usize) {
    let name = tenant_name(tenant);
    let minted = |sub: &str, scope: &str| {
        let arguments = ["token", "--tenant", &name, "--sub", sub, "--scope", scope];
        let arguments = [&arguments[..], &["--data-dir", data]].concat();
        let output = campanile(&arguments, &[]).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    let users: Vec<_> = (0..USERS)
        .map(|user| format!("{name}-user-{user}"))
        .collect();
    let body = json!({"notification_type": format!("type-of-{name}"), "recipients": users,
        "content": {}, "channels": ["in_app", "push"]});
    let request = reqwest::Client::new()
        .post(format!("http://{}/api/v1/notifications", up.address()))
        .bearer_auth(minted("service", "notifications:send"))
        .json(&body);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 202, "{}", answer.text().await.unwrap());
    if tenant.is_multiple_of(10) {
        let inbox = Caller::new(up.address(), &minted(&users[0], "inbox"));
        let page: Value = inbox.get("/api/v1/notifications").await;
        assert_eq!(page["total"], 1, "{page}");
    }
}

fn tenant_name(number: usize) -> String {
    format!("tenant-{number}")
}

/// Names and labels of all series, once so many notifications are planned.
async fn series(of: &Process, planned: usize) -> BTreeSet<String> {
    let url = format!("http://{}/metrics", of.address());
    let wanted = format!("campanile_notifications_planned_total {planned}");
    let until = Instant::now() + PATIENCE;
    loop {
        let text = reqwest::get(&url).await.unwrap().text().await.unwrap();
        if text.lines().any(|line| line == wanted) {
            let lines = text.lines().filter(|line| !line.starts_with('#'));
            let names = lines.filter_map(|line| line.rsplit_once(' '));
            return names.map(|(name, _)| name.to_owned()).collect();
        }
        assert!(Instant::now() < until, "no `{wanted}`: {text}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_users_of_a_hundred_tenants_have_no_series_of_their_own() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let start = || Process::start(&["up", "--data-dir", data, "--listen", "127.0.0.1:0"], &[]);
    assert_eq!(start().terminate().0, Some(0));
    for number in 0..TENANTS {
        let name = tenant_name(number);
        let create = campanile(&["tenant", "create", &name, "--data-dir", data], &[]).output();
        assert!(create.unwrap().status.success(), "{name}");
    }
    let up = start();
    send_and_read(&up, data, 0).await;
    let first = series(&up, USERS).await;
    for number in 1..TENANTS {
        send_and_read(&up, data, number).await;
    }
    let all = series(&up, TENANTS * USERS).await;
    println!("{} series, {} after all", first.len(), all.len());
    assert!(all.len() <= MOST_SERIES, "{} series", all.len());
    for one in &all {
        assert!(!one.contains("tenant-") && !one.contains("user-"), "{one}");
    }
    // Something may happen for the first time later, such as a retry, but not once for each tenant.
    let new: Vec<_> = all.difference(&first).collect();
    assert!(new.len() < TENANTS, "{new:#?}");
}
