//! The broker goes, blocks the way, or has never been there.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

use std::collections::HashSet;
use std::time::{Duration, Instant};

use crate::support::{Broker, PATIENCE, message, next, url};
use campanile_domain::{Channel, Lane};
use campanile_queue::{PublishOutcome, Queue};
use campanile_queue_rabbitmq::RabbitQueue;
use campanile_test_support::proxy::FaultProxy;
use campanile_test_support::rabbitmq;
use campanile_test_support::sockets::assert_nodelay_to;
use futures_util::future::join_all;

/// The server's address, and the URL that leads to `proxy` instead.
async fn proxied() -> (FaultProxy, String) {
    let url = url::Url::parse(&url()).unwrap();
    let upstream = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap_or(5672));
    let proxy = FaultProxy::start(&upstream).await;
    let mut through = url;
    through.set_host(Some("127.0.0.1")).unwrap();
    through.set_port(Some(proxy.address().port())).unwrap();
    (proxy, through.to_string())
}

#[tokio::test]
async fn a_cut_connection_is_made_again_for_publisher_and_consumer() {
    let (broker, (proxy, through)) = (Broker::new(), proxied().await);
    let queue = broker.queue_at(&through).await;
    let mut consumer = queue
        .consume(Channel::Webhook, Lane::Default, 10)
        .await
        .unwrap();
    let before = message();
    assert_eq!(
        queue.publish(std::slice::from_ref(&before)).await,
        [PublishOutcome::Confirmed]
    );
    let held = next(&mut consumer).await;
    assert_eq!(held.message, before);
    assert_nodelay_to(proxy.address()).await;
    proxy.cut();
    let outcome = queue.publish(&[message()]).await;
    assert_eq!(outcome, [PublishOutcome::Unconfirmed], "nobody is there");
    assert!(!queue.health().await.up);
    // Acknowledging on the dead channel must neither hang nor panic.
    held.acknowledge.done().await;
    proxy.restore().await;
    assert!(queue.wait_until_up(PATIENCE).await);
    let after = message();
    let until = Instant::now() + PATIENCE;
    while queue.publish(std::slice::from_ref(&after)).await != [PublishOutcome::Confirmed] {
        assert!(Instant::now() < until, "publishes again");
    }
    let mut seen = HashSet::new();
    while !(seen.contains(&before.dispatch) && seen.contains(&after.dispatch)) {
        let received = next(&mut consumer).await;
        if received.message.dispatch == before.dispatch {
            assert!(
                received.redelivered,
                "its acknowledgement was lost with the connection"
            );
        }
        seen.insert(received.message.dispatch);
        received.acknowledge.done().await;
    }
    queue.close().await;
}

#[tokio::test]
async fn a_connection_that_swallows_everything_costs_one_confirm_time_and_is_replaced() {
    let (broker, (proxy, through)) = (Broker::new(), proxied().await);
    let queue = broker.queue_at(&through).await;
    proxy.freeze();
    let asked = Instant::now();
    // All of them wait in the same batch.
    let messages: Vec<_> = (0..40).map(|_| [message()]).collect();
    let outcomes = join_all(messages.iter().map(|one| queue.publish(one))).await;
    assert!(
        outcomes
            .iter()
            .all(|one| *one == [PublishOutcome::Unconfirmed])
    );
    while queue.health().await.up {
        // One confirm's time is two seconds here; one for each would be eighty.
        assert!(asked.elapsed() < Duration::from_secs(10), "still up");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let until = Instant::now() + PATIENCE;
    while queue.publish(&[message()]).await != [PublishOutcome::Confirmed] {
        assert!(Instant::now() < until, "publishes again");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    queue.close().await;
}

#[tokio::test]
async fn who_publishes_all_the_time_does_not_keep_the_connection_from_being_made() {
    let broker = Broker::new();
    let queue = RabbitQueue::start(broker.settings(&url()));
    let until = Instant::now() + PATIENCE;
    while queue.publish(&[message()]).await != [PublishOutcome::Confirmed] {
        assert!(Instant::now() < until, "never connected");
    }
    queue.close().await;
}

#[tokio::test]
async fn a_message_that_no_queue_takes_is_not_confirmed() {
    let broker = Broker::new();
    let queue = broker.queue().await;
    let mut stray = message();
    // Its queue is not declared here, so the exchange has nowhere to put it.
    stray.channel = Channel::Push;
    let outcomes = queue.publish(&[stray, message()]).await;
    assert_eq!(
        outcomes,
        [PublishOutcome::Unconfirmed, PublishOutcome::Confirmed]
    );
    queue.close().await;
}

#[tokio::test]
async fn a_message_that_nobody_can_read_is_dead_lettered_and_the_next_one_arrives() {
    let broker = Broker::new();
    let queue = broker.queue().await;
    let name = format!("{}.webhook.default", broker.name);
    rabbitmq::publish(&url(), &name, b"no message of ours").await;
    let good = message();
    assert_eq!(
        queue.publish(std::slice::from_ref(&good)).await,
        [PublishOutcome::Confirmed]
    );
    let mut consumer = queue
        .consume(Channel::Webhook, Lane::Default, 10)
        .await
        .unwrap();
    let received = next(&mut consumer).await;
    assert_eq!(received.message, good);
    received.acknowledge.done().await;
    let dead = rabbitmq::take(&url(), &format!("{}.dead", broker.name)).await;
    assert_eq!(dead, b"no message of ours");
    queue.close().await;
}

#[tokio::test]
async fn without_a_broker_publishing_fails_in_time_and_stopping_is_quick() {
    let broker = Broker::new();
    // Taken and given back at once: nobody listens there.
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let queue = RabbitQueue::start(broker.settings(&format!("amqp://guest:guest@{free}/%2f")));
    let asked = Instant::now();
    let outcomes = queue.publish(&[message(), message()]).await;
    assert_eq!(outcomes, [PublishOutcome::Unconfirmed; 2]);
    assert!(
        asked.elapsed() < Duration::from_secs(10),
        "{:?}",
        asked.elapsed()
    );
    assert!(!queue.wait_until_up(Duration::from_millis(50)).await);
    assert!(!queue.health().await.up);
    let mut consumer = queue
        .consume(Channel::Webhook, Lane::Default, 1)
        .await
        .unwrap();
    queue.close().await;
    assert!(
        tokio::time::timeout(PATIENCE, consumer.next())
            .await
            .unwrap()
            .is_none()
    );
}
