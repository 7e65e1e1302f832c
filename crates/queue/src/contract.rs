//! What every queue must pass. Each back end's tests call [`all`].

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{Channel, DispatchId, Lane, TenantId};
use tokio::time::timeout;

use crate::{Message, PublishOutcome, Queue, Received};

const PATIENCE: Duration = Duration::from_secs(20);

/// Runs the whole suite; `make` gives a fresh, empty queue each time.
///
/// # Panics
/// Where a promise is broken.
pub async fn all<F, R>(make: F)
where
    F: Fn() -> R,
    R: Future<Output = Arc<dyn Queue>>,
{
    published_messages_arrive_in_their_lane(make().await).await;
    prefetch_bounds_what_is_in_hand(make().await).await;
    what_is_handed_back_comes_again(make().await).await;
    what_is_done_does_not_come_again(make().await).await;
}

fn message(lane: Lane) -> Message {
    Message {
        tenant: TenantId::parse("acme").expect("valid"),
        dispatch: DispatchId::at(chrono::Utc::now()),
        epoch: 0,
        channel: Channel::Webhook,
        lane,
        deliveries: 1,
        suspect: false,
    }
}

async fn next(consumer: &mut Box<dyn crate::Consumer>) -> Received {
    timeout(PATIENCE, consumer.next())
        .await
        .expect("a message in time")
        .expect("an open queue")
}

async fn published_messages_arrive_in_their_lane(queue: Arc<dyn Queue>) {
    let (urgent, bulk) = (message(Lane::Critical), message(Lane::Bulk));
    let outcomes = queue.publish(&[urgent.clone(), bulk.clone()]).await;
    assert_eq!(outcomes, [PublishOutcome::Confirmed; 2]);
    for expected in [urgent, bulk] {
        let mut lane = queue
            .consume(Channel::Webhook, expected.lane, 4)
            .await
            .expect("consumer");
        let received = next(&mut lane).await;
        assert_eq!(received.message, expected);
        assert!(!received.redelivered);
        received.acknowledge.done().await;
    }
    queue.close().await;
}

async fn prefetch_bounds_what_is_in_hand(queue: Arc<dyn Queue>) {
    queue
        .publish(&[message(Lane::Default), message(Lane::Default)])
        .await;
    let mut lane = queue
        .consume(Channel::Webhook, Lane::Default, 1)
        .await
        .expect("consumer");
    let first = next(&mut lane).await;
    assert!(
        timeout(Duration::from_millis(200), lane.next())
            .await
            .is_err(),
        "beyond the prefetch"
    );
    first.acknowledge.done().await;
    next(&mut lane).await.acknowledge.done().await;
    queue.close().await;
}

async fn what_is_handed_back_comes_again(queue: Arc<dyn Queue>) {
    let original = message(Lane::Default);
    queue.publish(std::slice::from_ref(&original)).await;
    let mut lane = queue
        .consume(Channel::Webhook, Lane::Default, 4)
        .await
        .expect("consumer");
    next(&mut lane).await.acknowledge.hand_back().await;
    let again = next(&mut lane).await;
    assert_eq!(again.message, original);
    assert!(again.redelivered);
    again.acknowledge.done().await;
    queue.close().await;
}

async fn what_is_done_does_not_come_again(queue: Arc<dyn Queue>) {
    let (first, second) = (message(Lane::Default), message(Lane::Default));
    queue.publish(&[first]).await;
    let mut lane = queue
        .consume(Channel::Webhook, Lane::Default, 4)
        .await
        .expect("consumer");
    next(&mut lane).await.acknowledge.done().await;
    queue.publish(std::slice::from_ref(&second)).await;
    let received = next(&mut lane).await;
    assert_eq!(received.message, second);
    received.acknowledge.done().await;
    queue.close().await;
}
