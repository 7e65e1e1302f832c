//! Every server is away for a while under load: it costs time, never a notification.

use std::time::Duration;

use campanile_test_support::rabbitmq;
use tokio::time::sleep;

use crate::cluster::{Cluster, rabbitmq_url};

const AT_ONCE: usize = 16;
const MANY: usize = 1_500;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_rabbitmq_and_postgres_go_away_one_after_the_other() {
    let mut cluster = Cluster::new().await;
    let redis = cluster.through_proxy("REDIS_URL").await;
    let rabbitmq = cluster.through_proxy("RABBITMQ_URL").await;
    let postgres = cluster.through_proxy("DATABASE_URL").await;
    let (api, _worker) = (cluster.api(), cluster.worker());
    let caller = cluster.caller(&api);
    let load = {
        let caller = caller.clone();
        tokio::spawn(async move { caller.send_many(MANY, AT_ONCE).await })
    };
    for (server, after) in [(&redis, 200), (&rabbitmq, 500), (&postgres, 800)] {
        cluster.receiver.wait_for_distinct(after).await;
        server.cut();
        // The outage itself: long enough for calls, confirms and commits to fall into it.
        sleep(Duration::from_secs(1)).await;
        server.restore().await;
    }
    load.await.unwrap();
    cluster.receiver.wait_for_distinct(MANY).await;
    let ledger = caller.ledger(&cluster.receiver.received());
    println!("promised {}, {ledger:?}", caller.promised());
    assert_eq!(
        (caller.promised(), ledger.lost.len(), ledger.renamed),
        (MANY, 0, 0),
        "{ledger:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wiped_broker_loses_messages_and_no_notification() {
    let cluster = Cluster::new().await;
    let api = cluster.api();
    // A worker plans and publishes; stopped, it leaves its messages with the broker.
    let worker = cluster.worker();
    cluster.receiver.delay(Duration::from_secs(2));
    let caller = cluster.caller(&api);
    caller.send_many(400, AT_ONCE).await;
    assert_eq!(worker.terminate().0, Some(0));
    cluster.receiver.delay(Duration::ZERO);
    let before = cluster.receiver.received().len();
    assert!(before < 400, "nothing was left to lose");
    let name = cluster
        .database
        .url()
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    let gone = rabbitmq::wipe(&rabbitmq_url(), &name).await;
    assert!(gone > 0, "no message was lost");
    let _worker = cluster.worker();
    cluster.receiver.wait_for_distinct(400).await;
    let ledger = caller.ledger(&cluster.receiver.received());
    println!("{before} received and {gone} messages wiped, then {ledger:?}");
    assert_eq!(
        (ledger.lost.len(), ledger.doubled, ledger.renamed),
        (0, 0, 0),
        "{ledger:?}"
    );
}
