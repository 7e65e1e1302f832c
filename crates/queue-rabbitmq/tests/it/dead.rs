//! What the broker gave up is taken off its dead-letter queue, and not before somebody says so.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

use std::time::Instant;

use crate::support::{Broker, PATIENCE, message, next, url};
use campanile_domain::{Channel, Lane, TenantId};
use campanile_queue::{DeadMessage, Message, Queue, UnreadableMessage};
use campanile_queue_rabbitmq::RabbitQueue;
use campanile_test_support::rabbitmq;
use chrono::{TimeDelta, Utc};

/// Takes until something is there.
async fn dead(queue: &RabbitQueue) -> Vec<DeadMessage> {
    let until = Instant::now() + PATIENCE;
    loop {
        let taken = queue.take_dead(10).await.unwrap();
        if !taken.is_empty() {
            return taken;
        }
        assert!(Instant::now() < until, "nothing died");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_message_that_nobody_can_read_is_the_same_until_it_is_done() {
    let broker = Broker::new();
    let queue = broker.queue().await;
    let lane = format!("{}.webhook.bulk", broker.name);
    let _consumer = queue
        .consume(Channel::Webhook, Lane::Bulk, 4)
        .await
        .unwrap();
    rabbitmq::publish_of(&url(), &lane, "acme", b"{\"v\":\"2\"}").await;
    let first = dead(&queue).await.remove(0);
    assert_eq!(first.message, Err(UnreadableMessage::UnknownVersion));
    assert_eq!(first.notes.lane, Some((Channel::Webhook, Lane::Bulk)));
    assert_eq!(first.notes.tenant, Some(TenantId::parse("acme").unwrap()));
    let age = Utc::now() - first.notes.died_at.unwrap();
    assert!(age.abs() < TimeDelta::minutes(1), "{age}");
    assert_eq!(first.size, 9);
    assert_eq!(first.sha256.len(), 64);
    // Whoever had it in hand is gone.
    let id = first.id;
    drop(first);
    let again = dead(&queue).await.remove(0);
    assert_eq!(again.id, id);
    again.acknowledge.done().await;
    queue.close().await;
    assert_eq!(
        rabbitmq::waiting(&url(), &format!("{}.dead", broker.name)).await,
        0
    );
}

#[tokio::test]
async fn a_message_handed_back_too_often_still_says_whose_it_is() {
    let broker = Broker::new();
    let queue = broker.queue().await;
    let mut consumer = queue
        .consume(Channel::Webhook, Lane::Default, 4)
        .await
        .unwrap();
    let original = message();
    queue.publish(std::slice::from_ref(&original)).await;
    // Twenty times it may come back.
    for _ in 0..=20 {
        next(&mut consumer).await.acknowledge.hand_back().await;
    }
    let taken = dead(&queue).await.remove(0);
    assert_eq!(taken.message.as_ref(), Ok(&original));
    assert_eq!(taken.notes.tenant.as_ref(), Some(&original.tenant));
    taken.acknowledge.done().await;
    queue.close().await;
}

#[tokio::test]
async fn no_more_are_taken_than_asked_and_a_stranger_has_no_lane() {
    let broker = Broker::new();
    let queue = broker.queue().await;
    let dead_queue = format!("{}.dead", broker.name);
    for bytes in [&b"1"[..], b"2", &Message::to_bytes(&message())] {
        rabbitmq::publish(&url(), &dead_queue, bytes).await;
    }
    let two = queue.take_dead(2).await.unwrap();
    assert_eq!(two.len(), 2);
    assert!(
        two.iter()
            .all(|one| one.notes == campanile_queue::Notes::default())
    );
    assert_ne!(two[0].id, two[1].id);
    let rest = queue.take_dead(2).await.unwrap();
    assert_eq!(rest.len(), 1);
    assert!(rest[0].message.is_ok());
    assert!(queue.take_dead(2).await.unwrap().is_empty());
    queue.close().await;
    let closed = queue.take_dead(1).await;
    assert!(closed.is_err(), "nothing can be asked any more");
}
