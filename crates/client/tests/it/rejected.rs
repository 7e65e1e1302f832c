//! Spooled calls that the service does not want.

use std::sync::mpsc;
use std::time::Duration;

use campanile_client::{Client, SpoolLimits};
use serde_json::{Value, json};

use crate::service::{Script, Service};
use crate::{builder, notification, once, spooling};

const PATIENCE: Duration = Duration::from_secs(30);

async fn flushed(client: &Client) {
    tokio::time::timeout(PATIENCE, client.flush())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_poisoned_call_is_set_aside_and_reported_and_holds_up_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let mut service = Service::start();
    let (reported, rejected) = mpsc::channel();
    let client = builder(&service)
        .retry(once())
        .spool(dir.path(), SpoolLimits::default())
        .on_rejected(move |one| reported.send(one).unwrap());
    let client = client.build().await.unwrap();
    service.down();
    service.poison("\"number\":1}", 422);
    for number in 0..4 {
        client.send(&notification("u", number)).await.unwrap();
    }
    service.up();
    flushed(&client).await;
    assert_eq!(service.numbers("u"), [0, 2, 3]);
    let one = rejected.try_recv().unwrap();
    assert_eq!(
        (one.problem.status, one.problem.code.as_str()),
        (422, "poison")
    );
    assert_eq!(one.body["content"], json!({"number": 1}));
    assert!(rejected.try_recv().is_err());
    let status = client.spool_status();
    assert_eq!((status.replayed, status.rejected), (3, 1));
    let text = std::fs::read_to_string(dir.path().join("rejected.jsonl")).unwrap();
    let line: Value = serde_json::from_str(text.trim()).unwrap();
    assert_eq!(line["key"], one.key.as_str());
    assert_eq!(line["body"], one.body);
    assert_eq!(line["problem"]["status"], 422);
}

#[tokio::test]
async fn a_call_that_breaks_the_service_holds_up_only_its_own_recipients() {
    let dir = tempfile::tempdir().unwrap();
    let mut service = Service::start();
    let client = spooling(&service, dir.path()).await;
    service.down();
    service.poison("\"number\":0}", 500);
    for number in 0..4 {
        let user = ["a", "b"][number as usize % 2];
        client.send(&notification(user, number)).await.unwrap();
    }
    service.up();
    while service.numbers("b").len() < 2 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(service.numbers("b"), [1, 3]);
    assert_eq!(
        service.numbers("a"),
        [0; 0],
        "2 waits behind 0, which may pass yet"
    );
    assert_eq!(client.spool_status().rejected, 0);
    // Mended.
    service.poison("nothing", 500);
    flushed(&client).await;
    assert_eq!(service.numbers("a"), [0, 2]);
}

#[tokio::test]
async fn a_credential_that_is_refused_is_no_fault_of_the_calls() {
    let dir = tempfile::tempdir().unwrap();
    let mut service = Service::start();
    let client = spooling(&service, dir.path()).await;
    service.down();
    for number in 0..3 {
        client.send(&notification("u", number)).await.unwrap();
    }
    service.only_token("another");
    service.up();
    while service.requests() < 10 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!((client.spooled(), client.spool_status().rejected), (3, 0));
    service.only_token("secret");
    flushed(&client).await;
    assert_eq!(service.numbers("u"), [0, 1, 2]);
}

#[tokio::test]
async fn a_key_of_our_own_that_is_known_stands_for_this_call() {
    let dir = tempfile::tempdir().unwrap();
    let mut service = Service::start();
    let client = spooling(&service, dir.path()).await;
    service.down();
    client.send(&notification("u", 1)).await.unwrap();
    service.script([Script::Say(
        422,
        json!({"code": "idempotency_key_reused"}),
        0,
    )]);
    service.up();
    flushed(&client).await;
    let status = client.spool_status();
    assert_eq!((status.replayed, status.rejected), (1, 0));
}
