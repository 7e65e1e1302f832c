//! `kill -9` under load: lost 0, doubled at most what was in flight, each with its own id again.

use std::time::Duration;

use campanile_test_support::webhook::WebhookReceiver;

use crate::cluster::Cluster;
use crate::support::{Caller, Ledger, Process, SECRET, token};

/// Callers at once, so the most requests that a killed api leaves unanswered.
const AT_ONCE: usize = 32;
/// Calls that a killed process may have had in flight or not yet recorded: the channel's own
/// concurrency, and as many again that were answered and waited for their commit.
const IN_FLIGHT: usize = 256;

fn judge(what: &str, ledger: &Ledger, promised: usize) {
    println!("{what}: promised {promised}, {ledger:?}");
    assert!(ledger.lost.is_empty(), "{what}: {ledger:?}");
    assert_eq!(ledger.renamed, 0, "{what}: a repetition under another id");
    assert!(ledger.doubled <= IN_FLIGHT, "{what}: {ledger:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn up_is_killed_right_after_200_promises() {
    let (dir, receiver) = (tempfile::tempdir().unwrap(), WebhookReceiver::start().await);
    let url = receiver.url();
    let data = dir.path().to_str().unwrap();
    let arguments = ["up", "--data-dir", data, "--listen", "127.0.0.1:0"];
    let environment = [("WEBHOOK_URL", url.as_str()), ("WEBHOOK_SECRET", SECRET)];
    let up = Process::start(&arguments, &environment);
    let caller = Caller::new(up.address(), &token(data, "service", "notifications:send"));
    // Slow enough that calls wait and calls are under way when it dies.
    receiver.delay(Duration::from_millis(500));
    caller.send_many(200, AT_ONCE).await;
    up.kill();
    let before = receiver.received().len();
    assert!(before < 200, "nothing was left to lose");
    receiver.delay(Duration::ZERO);
    let _again = Process::start(&arguments, &environment);
    receiver.wait_for_distinct(200).await;
    println!("received before the kill: {before}");
    judge(
        "up",
        &caller.ledger(&receiver.received()),
        caller.promised(),
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_api_then_a_worker_are_killed_under_load() {
    let cluster = Cluster::new().await;
    let (api, worker) = (cluster.api(), cluster.worker());
    let caller = cluster.caller(&api);
    let load = {
        let caller = caller.clone();
        tokio::spawn(async move { caller.send_many(2_000, AT_ONCE).await })
    };
    cluster.receiver.wait_for_distinct(300).await;
    api.kill();
    let api = cluster.api();
    caller.moved_to(api.address());
    cluster.receiver.wait_for_distinct(900).await;
    worker.kill();
    let _worker = cluster.worker();
    load.await.unwrap();
    cluster.receiver.wait_for_distinct(2_000).await;
    judge(
        "cluster",
        &caller.ledger(&cluster.receiver.received()),
        caller.promised(),
    );
}
