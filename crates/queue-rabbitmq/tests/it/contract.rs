//! The promises of `campanile-queue`, on a RabbitMQ server.

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

use crate::support;

use std::sync::{Arc, Mutex};

use crate::support::Broker;
use campanile_queue::Queue;
use campanile_test_support::rabbitmq;

#[tokio::test]
async fn contract() {
    // Kept until all is over: a broker's names go with it.
    let brokers = Mutex::new(Vec::new());
    campanile_queue::contract::all(|| async {
        let broker = Broker::new();
        let queue: Arc<dyn Queue> = Arc::new(broker.queue().await);
        brokers.lock().expect("one at a time").push(broker);
        queue
    })
    .await;
}

/// What tests leave weighs on every run after them.
#[tokio::test]
async fn what_a_test_declared_goes_with_it() {
    let broker = Broker::new();
    let dead = format!("{}.dead", broker.name);
    let queue = broker.queue().await;
    assert!(rabbitmq::exists(&support::url(), &dead).await);
    queue.close().await;
    drop(broker);
    assert!(!rabbitmq::exists(&support::url(), &dead).await);
}
