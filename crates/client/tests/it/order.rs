//! The service goes and comes back: all arrives once, in order.

use std::time::Duration;

use campanile_client::Outcome;
use tokio::task::JoinSet;

use crate::service::{Script, Service};
use crate::{builder, notification, once, spooling};

const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_costs_time_and_neither_calls_nor_their_order() {
    let dir = tempfile::tempdir().unwrap();
    let mut service = Service::start();
    let client = spooling(&service, dir.path()).await;
    let mut users = JoinSet::new();
    // Goes down and comes up while they call.
    for user in ["a", "b", "c"] {
        let client = client.clone();
        users.spawn(async move {
            let mut spooled = 0;
            for number in 0..300 {
                let outcome = client.send(&notification(user, number)).await.unwrap();
                spooled += u64::from(matches!(outcome, Outcome::Spooled { .. }));
            }
            spooled
        });
    }
    while service.accepted().len() < 100 {
        tokio::task::yield_now().await;
    }
    service.down();
    while client.spooled() < 100 {
        tokio::task::yield_now().await;
    }
    service.up();
    let spooled: u64 = users.join_all().await.iter().sum();
    tokio::time::timeout(PATIENCE, client.flush())
        .await
        .unwrap();
    let in_order: Vec<u64> = (0..300).collect();
    for user in ["a", "b", "c"] {
        assert_eq!(service.numbers(user), in_order, "{user}");
    }
    let status = client.spool_status();
    assert_eq!(
        (status.entries, status.bytes, status.replayed),
        (0, 0, spooled)
    );
    assert!(spooled >= 100);
    // Nothing waits: calls go directly again.
    let outcome = client.send(&notification("a", 300)).await.unwrap();
    assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
}

#[tokio::test]
async fn a_lost_answer_is_replayed_under_the_same_key() {
    let dir = tempfile::tempdir().unwrap();
    let service = Service::start();
    service.script([Script::LoseAnswer, Script::LoseAnswer]);
    let client = builder(&service)
        .timeout(Duration::from_millis(200))
        .retry(once());
    let client = client
        .spool(dir.path(), Default::default())
        .build()
        .await
        .unwrap();
    let outcome = client.send(&notification("u", 1)).await.unwrap();
    let Outcome::Spooled { key } = outcome else {
        panic!("{outcome:?}")
    };
    tokio::time::timeout(PATIENCE, client.flush())
        .await
        .unwrap();
    let accepted = service.accepted();
    assert_eq!(
        (accepted.len(), service.requests()),
        (1, 3),
        "sent, replayed, replayed"
    );
    assert_eq!(accepted[0].key, key.as_str());
}
