//! `join`: what each kind of misbehaviour is called, and which of them fail.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::Turn;
use crate::scene::Scene;
use crate::tool::{Sink, lines, loadtest, text};
use crate::webhook::{OTHER_SECRET, call};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_without_loss_passes() {
    let scene = Scene::play(|_| Turn::Deliver, &[]).await;
    let verdict = scene.join(&["--max-doubled", "0"]);
    assert!(verdict.passed, "{}", verdict.text);
    assert_eq!(verdict.counts(["accepted", "delivered", "calls"]), [20; 3]);
    let wrong = [
        "lost",
        "doubled",
        "under_several_ids",
        "unknown_came_without_a_202",
        "wrong_signatures",
        "calls_without_an_id",
    ];
    assert_eq!(verdict.counts(wrong), [0; 6]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_one_fails_and_is_named() {
    let turn = |number| match number {
        3 => Turn::Lose,
        _ => Turn::Deliver,
    };
    let scene = Scene::play(turn, &[]).await;
    let verdict = scene.join(&[]);
    assert!(!verdict.passed);
    let counts = verdict.counts(["accepted", "delivered", "lost"]);
    assert_eq!(counts, [20, 19, 1]);
    let ledger = lines(&scene.file("received"));
    let received: Vec<_> = ledger.iter().map(|one| &one["notification_id"]).collect();
    let promised = lines(&scene.file("accepted"));
    let mut promised = promised.iter().map(|one| &one["notification_ids"][0]);
    let lost = promised.find(|id| !received.contains(id)).unwrap();
    let named = format!("- lost: {}", lost.as_str().unwrap());
    assert!(verdict.text.contains(&named), "{}", verdict.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_doubled_one_is_counted_and_fails_only_above_the_limit() {
    let turn = |number| match number {
        5 => Turn::Double,
        _ => Turn::Deliver,
    };
    let scene = Scene::play(turn, &[]).await;
    for (more, passes) in [
        (&[][..], true),
        (&["--max-doubled", "1"], true),
        (&["--max-doubled", "0"], false),
    ] {
        let verdict = scene.join(more);
        assert_eq!(verdict.counts(["doubled", "under_several_ids"]), [1, 0]);
        assert_eq!(verdict.passed, passes, "{more:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_notification_under_two_webhook_ids_fails() {
    let turn = |number| match number {
        5 => Turn::TwoIds,
        _ => Turn::Deliver,
    };
    let verdict = Scene::play(turn, &[]).await.join(&[]);
    assert!(!verdict.passed);
    assert_eq!(verdict.counts(["doubled", "under_several_ids"]), [0, 1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_came_without_a_202_is_reported_and_allowed() {
    let turn = |number| match number {
        5 => Turn::Unanswered,
        _ => Turn::Deliver,
    };
    let verdict = Scene::play(turn, &[]).await.join(&[]);
    assert!(verdict.passed, "{}", verdict.text);
    assert_eq!(
        verdict.counts(["accepted", "unknown_came_without_a_202"]),
        [19, 1]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_signature_fails() {
    let scene = Scene::play_with_secret(OTHER_SECRET, |_| Turn::Deliver, &[]).await;
    let verdict = scene.join(&[]);
    assert!(!verdict.passed);
    assert_eq!(verdict.counts(["wrong_signatures"]), [20]);
}

/// The join says what it waits for; only then the missing one comes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_join_waits_for_what_is_on_its_way() {
    for by_url in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let (accepted, received) = (dir.path().join("accepted"), dir.path().join("received"));
        let sink = Sink::start(&received, &[]);
        let id = Uuid::new_v4();
        let line: Value = json!({"due_at": 1, "accepted_at": 2, "notification_ids": [id]});
        let mut file = std::fs::File::create(&accepted).unwrap();
        writeln!(file, "{line}").unwrap();

        let url = format!("{}/count", sink.url);
        let mut join = loadtest(["join", "--timeout", "60s", "--accepted", text(&accepted)])
            .args(["--received", text(&received)])
            .args(by_url.then_some(["--wait-for-url", &url]).iter().flatten())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut waiting = String::new();
        let mut stderr = BufReader::new(join.stderr.take().unwrap());
        stderr.read_line(&mut waiting).unwrap();
        assert!(waiting.contains("of 1 "), "{waiting}");
        call(&sink.url, "late", id).await;
        assert!(join.wait().unwrap().success());
    }
}
