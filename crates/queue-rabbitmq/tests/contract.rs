//! The promises of `campanile-queue`, on a RabbitMQ server.

mod support;

use std::sync::{Arc, Mutex};

use campanile_queue::Queue;
use support::Broker;

#[tokio::test]
async fn contract() {
    let brokers = Mutex::new(Vec::new());
    campanile_queue::contract::all(|| async {
        let broker = Broker::new();
        let queue: Arc<dyn Queue> = Arc::new(broker.queue().await);
        brokers.lock().expect("one at a time").push(broker);
        queue
    })
    .await;
    for broker in brokers.into_inner().expect("done") {
        broker.clean_up().await;
    }
}
