//! `inbox` on a cluster that runs: the mix, the check, the pages and the limits.

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::inbox_api::{Api, Fault};
use crate::tool::{loadtest, text};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
/// Two seconds, in which every one of forty users polls twice. Times are another machine's business.
const SMALL: [&str; 26] = [
    "inbox",
    "--notifications",
    "1200",
    "--users",
    "40",
    "--busy-users",
    "4",
    "--tenants",
    "2",
    "--reads",
    "120",
    "--writes",
    "100",
    "--poll-every",
    "1s",
    "--duration",
    "2s",
    "--warm-up",
    "0s",
    "--max-list-p99",
    "1m",
    "--max-count-p99",
    "1m",
    "--max-page-ratio",
    "100",
    "--deep-pages=3",
];

async fn inbox(urls: &[String], out: &Path, more: &[&str]) -> (Output, Value) {
    let mut command = loadtest(SMALL);
    command
        .args(["--url", &urls.join(","), "--out", text(out)])
        .args(more)
        .env("JWT_SECRET", SECRET);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    let output = output.await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let report = std::fs::read(out.join("report.json")).expect(&said);
    (output, serde_json::from_slice(&report).unwrap())
}

fn kind<'a>(report: &'a Value, name: &str) -> &'a Value {
    row(report, "latencies", "latency", name)
}

/// The row of a table that is named like this.
fn row<'a>(report: &'a Value, table: &str, column: &str, name: &str) -> &'a Value {
    let mut rows = report[table].as_array().unwrap().iter();
    rows.find(|row| row[column] == name).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_is_asked_and_the_report_tells_all_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let (api, urls) = Api::start(Fault::None).await;
    let (output, report) = inbox(&urls, dir.path(), &["--check", "40"]).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let answered = |name| kind(&report, name)["answered"].as_u64().unwrap();
    // Polls are two thirds of the reads; what finds no page to turn yet is a list.
    assert_eq!(answered("count"), 80);
    assert_eq!(answered("list") + answered("page"), 160);
    assert!(answered("page") > 0);
    let writes = ["send", "read", "read_all", "delete"].map(answered);
    assert_eq!(writes.iter().sum::<u64>(), 200);
    assert_eq!(writes[2], 2);
    assert_eq!(row(&report, "hits", "cache", "count")["hit"], 2 * 9 * 80);
    assert_eq!(report["freshness"][0]["rounds"], 40);
    assert_eq!(report["freshness"][0]["stale"], 0);
    assert_eq!(report["deep_pages"][1]["page_of_100_uncached"], 3);
    let ratio = &report["last_page_by_first_page_of_their_medians"];
    assert!(ratio.as_f64().unwrap() > 0.0);
    for file in ["report.md", "report.svg"] {
        assert!(dir.path().join(file).is_file(), "{file}");
    }

    let store = api.store.lock().unwrap();
    assert_eq!(store.inboxes["default/deep"].len(), 301);
    assert!(store.inboxes["load-1/user-39"].len() >= 30, "filled");
    assert!(
        !store.inboxes.contains_key("default/user-39"),
        "whose tenant is load-1"
    );
    let busy = store
        .inboxes
        .iter()
        .filter(|(name, inbox)| name.contains("/user-") && inbox.len() > 30);
    assert_eq!(busy.count(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_too_old_fails() {
    let dir = tempfile::tempdir().unwrap();
    let (_api, urls) = Api::start(Fault::Stale).await;
    let (output, report) = inbox(&urls, dir.path(), &["--check", "20"]).await;
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(report["freshness"][0]["stale"], 20);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("stale answers: 20, the limit is 0"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failures_and_a_cold_cache_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let (_api, urls) = Api::start(Fault::Refuse).await;
    let more = ["--min-hit-rate", "0.95"];
    let (output, report) = inbox(&urls, dir.path(), &more).await;
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(report["failed_count_503"], 80);
    let said = String::from_utf8(output.stderr).unwrap();
    for line in [
        "failed requests: 80, the limit is 0",
        "cache hit rate: 90.0%, the limit is 95%",
    ] {
        assert!(said.contains(line), "{said}");
    }
}

#[test]
fn what_cannot_be_done_is_refused_before_anything_is_started() {
    for (arguments, named) in [
        (&["--reads", "100"][..], "--reads"),
        (&["--users", "3", "--tenants", "4"], "--users"),
        (&["--check", "--api-count", "1"], "--check"),
        (
            &["--check", "--url", "http://127.0.0.1:1", "--secret", SECRET],
            "--check",
        ),
        (&["--url", "http://127.0.0.1:1"], "--secret"),
        (&["--redis-outages", "1"], "--check"),
        (&["--min-hit-rate", "80"], "--min-hit-rate"),
        (&["--poll-every", "0s"], "--poll-every"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let mut command = loadtest(["inbox", "--out", text(dir.path())]);
        let output = command.args(arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            !output.status.success() && said.contains(named),
            "{arguments:?}: {said}"
        );
        assert!(!dir.path().join("work").exists(), "{arguments:?}");
    }
}
