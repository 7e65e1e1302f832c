//! `run`: the rate is kept, the waiting counted, the key repeated.

use std::collections::HashSet;
use std::time::Duration;

use crate::api::Turn;
use crate::scene::Scene;
use crate::tool::{lines, loadtest};

/// What the API does first in a test that lets one request stand in the way of all others.
const STALL: Duration = Duration::from_millis(500);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_reports_what_was_accepted_and_what_it_cost() {
    let own = std::process::id().to_string();
    let more = ["--recipients", "3", "--users", "7", "--pid", &own];
    let scene = Scene::play(|_| Turn::Deliver, &more).await;
    assert!(scene.output.status.success());
    assert_eq!(scene.report["requests_accepted"], 20);
    assert_eq!(scene.report["notifications_accepted"], 60);
    let process = &scene.report["processes"][0];
    assert!(process["resident_kib"].as_u64().unwrap() > 0);
    assert!(process["cpu_us_per_notification"].is_f64());

    let requests = scene.api.requests.lock().unwrap();
    let mut users: Vec<_> = requests.bodies.iter().map(|b| &b["recipients"]).collect();
    users.sort_by_key(|users| users.to_string());
    assert_eq!(users[0], &serde_json::json!(["user-0", "user-1", "user-2"]));
    for line in lines(&scene.file("accepted")) {
        assert_eq!(line["notification_ids"].as_array().unwrap().len(), 3);
        assert!(line["due_at"].as_u64() <= line["accepted_at"].as_u64());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repetition_bears_the_same_key() {
    let turn = |number| match number {
        0 => Turn::Refuse,
        _ => Turn::Deliver,
    };
    let scene = Scene::play(turn, &["--retry", "--connections", "1"]).await;
    assert_eq!(scene.report["repeated"], 1);
    assert_eq!(scene.report["requests_accepted"], 20);
    let keys = scene.api.requests.lock().unwrap().keys.clone();
    assert_eq!(keys.len(), 21);
    assert_eq!(keys[0], keys[1], "one place, so the repetition comes next");
    assert_eq!(keys.iter().collect::<HashSet<_>>().len(), 20);
    assert!(scene.join(&["--max-doubled", "0"]).passed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_retry_a_failure_is_counted_by_its_status() {
    let turn = |number| match number {
        0 => Turn::Refuse,
        _ => Turn::Deliver,
    };
    let scene = Scene::play(turn, &[]).await;
    assert_eq!(scene.report["failed"]["503"], 1);
    assert_eq!(scene.report["requests_accepted"], 19);
    assert_eq!(scene.api.requests.lock().unwrap().keys.len(), 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_of_which_nothing_was_accepted_fails() {
    let scene = Scene::play(|_| Turn::Refuse, &[]).await;
    assert_eq!(scene.output.status.code(), Some(1));
    assert_eq!(scene.report["failed"]["503"], 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stall_is_seen_in_the_latency_of_those_that_it_kept_waiting() {
    let turn = |number| match number {
        0 => Turn::Stall(STALL),
        _ => Turn::Deliver,
    };
    let scene = Scene::play(turn, &["--connections", "1"]).await;
    // One of twenty was slow to be answered; counted from their due times all of them were: the
    // last was due after 190 ms, when 310 ms of the stall were left.
    let median = scene.report["accept"]["p50_ms"].as_f64().unwrap();
    assert!(median > 300.0, "{median} ms: the waiting was not counted");
    assert!(scene.report["accept"]["max_ms"].as_f64().unwrap() >= 500.0);
}

#[test]
fn more_recipients_than_users_are_refused() {
    let arguments = ["run", "--token", "t", "--users", "2", "--recipients", "3"];
    let output = loadtest(arguments).output().unwrap();
    assert!(!output.status.success());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("--recipients"), "{text}");
}
