//! Spooled calls that no longer need to be sent.

use std::sync::mpsc;
use std::time::{Duration, SystemTime};

use campanile_client::SpoolLimits;
use serde_json::json;

use crate::service::Service;
use crate::{builder, notification, once};

const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn what_expired_while_it_waited_is_dropped_and_counted_and_not_rejected() {
    let dir = tempfile::tempdir().unwrap();
    let mut service = Service::start();
    let (reported, expired) = mpsc::channel();
    let client = builder(&service)
        .retry(once())
        .spool(dir.path(), SpoolLimits::default())
        .on_expired(move |one| reported.send(one).unwrap());
    let client = client.build().await.unwrap();
    service.down();
    let now = SystemTime::now();
    let over = now - Duration::from_secs(1);
    let ahead = now + Duration::from_secs(3600);
    client.send(&notification("u", 0)).await.unwrap();
    for number in 1..300 {
        let late = notification("u", number).expires_at(over);
        client.send(&late).await.unwrap();
    }
    let good = notification("u", 300).expires_at(ahead);
    client.send(&good).await.unwrap();
    service.up();
    let flushed = tokio::time::timeout(PATIENCE, client.flush());
    flushed.await.unwrap();
    assert_eq!(service.numbers("u"), [0, 300]);
    let status = client.spool_status();
    assert_eq!(
        (status.replayed, status.expired, status.rejected),
        (2, 299, 0)
    );
    assert_eq!(status.bytes, 0);
    let numbers = expired.try_iter().map(|one| one.body["content"].clone());
    let expected: Vec<_> = (1..300).map(|number| json!({"number": number})).collect();
    assert_eq!(numbers.collect::<Vec<_>>(), expected);
    assert!(!dir.path().join("rejected.jsonl").exists());
}

/// More than one window of them, and nothing behind: their end alone empties the spool, also after a restart.
#[tokio::test]
async fn only_expired_calls_leave_an_empty_spool() {
    let dir = tempfile::tempdir().unwrap();
    let mut service = Service::start();
    service.down();
    let client = || {
        let builder = builder(&service).retry(once());
        builder.spool(dir.path(), SpoolLimits::default()).build()
    };
    let soon = SystemTime::now() + Duration::from_secs(3);
    let first = client().await.unwrap();
    for number in 0..300 {
        let call = notification("u", number).expires_at(soon);
        first.send(&call).await.unwrap();
    }
    first.close().await;
    let was_expired = first.spool_status().expired;
    let second = client().await.unwrap();
    let flushed = tokio::time::timeout(PATIENCE, second.flush());
    flushed.await.unwrap();
    assert_eq!(was_expired + second.spool_status().expired, 300);
}
