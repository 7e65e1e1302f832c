//! `run`: the rate is kept, the waiting counted, the key repeated.

use std::collections::HashSet;
use std::time::Duration;

use crate::api::{Api, Turn};
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
    let process = &scene.report["costs"][0];
    assert!(process["memory_mib"].as_f64().unwrap() > 0.0);
    assert!(process["cpu_per_notification_us"].is_f64());

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
    assert_eq!(scene.report["requests_repeated"], 1);
    assert_eq!(scene.report["requests_accepted"], 20);
    let keys = scene.api.requests.lock().unwrap().keys.clone();
    assert_eq!(keys.len(), 21);
    assert_eq!(keys[0], keys[1], "one place, so the repetition comes next");
    assert_eq!(keys.iter().flatten().collect::<HashSet<_>>().len(), 20);
    assert!(scene.join(&["--max-doubled", "0"]).passed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_request_bears_a_key_if_keys_are_asked_for() {
    let scene = Scene::play(|_| Turn::Deliver, &["--idempotency-keys"]).await;
    let keys = scene.api.requests.lock().unwrap().keys.clone();
    assert_eq!(keys.iter().flatten().collect::<HashSet<_>>().len(), 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_retry_a_failure_is_counted_by_its_status() {
    let turn = |number| match number {
        0 => Turn::Refuse,
        _ => Turn::Deliver,
    };
    let scene = Scene::play(turn, &[]).await;
    assert_eq!(scene.report["failed_503"], 1);
    assert_eq!(scene.report["requests_accepted"], 19);
    assert_eq!(scene.api.requests.lock().unwrap().keys, vec![None; 20]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_of_which_nothing_was_accepted_fails() {
    let scene = Scene::play(|_| Turn::Refuse, &[]).await;
    assert_eq!(scene.output.status.code(), Some(1));
    assert_eq!(scene.report["failed_503"], 20);
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
    let median = scene.report["latencies"][0]["p50_ms"].as_f64().unwrap();
    assert!(median > 300.0, "{median} ms: the waiting was not counted");
    assert!(scene.report["latencies"][0]["max_ms"].as_f64().unwrap() >= 500.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_channels_that_were_named_are_asked_for() {
    let more = ["--channel", "push", "--channel", "in_app"];
    let scene = Scene::play(|_| Turn::Deliver, &more).await;
    let bodies = scene.api.requests.lock().unwrap().bodies.clone();
    let named = serde_json::json!(["push", "in_app"]);
    assert!(bodies.iter().all(|body| body["channels"] == named));
    let scene = Scene::play(|_| Turn::Deliver, &[]).await;
    let requests = scene.api.requests.lock().unwrap();
    let mut bodies = requests.bodies.iter();
    assert!(bodies.all(|body| body.get("channels").is_none()));
}

/// Without a token it signs its own, and every tenant's request names that tenant's users only.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tenants_take_turns_with_tokens_of_their_own() {
    let (api, url) = Api::start_signed().await;
    let mut run = loadtest(["run", "--url", &url, "--rate", "100", "--duration", "200ms"]);
    run.args([
        "--tenants",
        "acme,bell",
        "--users",
        "6",
        "--recipients",
        "2",
    ])
    .env("JWT_SECRET", "0123456789abcdef0123456789abcdef");
    let output = tokio::task::spawn_blocking(move || run.output().unwrap());
    assert!(output.await.unwrap().status.success());
    let requests = api.requests.lock().unwrap();
    let of = |tenant: &str| {
        let mine = requests.tenants.iter().zip(&requests.bodies);
        let mine = mine.filter(|(name, _)| *name == tenant);
        let users = mine.flat_map(|(_, body)| body["recipients"].as_array().unwrap());
        users.map(|user| user.as_str().unwrap()).collect::<Vec<_>>()
    };
    let (acme, bell) = (of("acme"), of("bell"));
    assert_eq!((acme.len(), bell.len()), (20, 20), "ten requests each");
    let distinct: HashSet<_> = acme.into_iter().collect();
    assert_eq!(distinct, HashSet::from(["user-0", "user-2", "user-4"]));
    let distinct: HashSet<_> = bell.into_iter().collect();
    assert_eq!(distinct, HashSet::from(["user-1", "user-3", "user-5"]));
}

#[test]
fn neither_token_nor_secret_is_refused() {
    let output = loadtest(["run"]).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(
        !output.status.success() && text.contains("--secret"),
        "{text}"
    );
}

#[test]
fn more_recipients_than_users_are_refused() {
    let arguments = ["run", "--token", "t", "--users", "2", "--recipients", "3"];
    let output = loadtest(arguments).output().unwrap();
    assert!(!output.status.success());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("--recipients"), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_closed_loop_as_many_are_under_way_as_there_are_callers() {
    let turn = |_| Turn::Stall(Duration::from_millis(50));
    let scene = Scene::play(turn, &["--closed", "--connections", "3"]).await;
    let accepted = scene.report["requests_accepted"].as_u64().unwrap();
    // Each begins when the caller's last has ended, and the last when the time is over.
    assert!((3..=3 * 5).contains(&accepted), "{accepted}");
    assert!(scene.report["latencies"][0]["p50_ms"].as_f64().unwrap() >= 50.0);
}
