//! A deadline that passes while a notification waits, in each place where it can wait: it ends as
//! `expired`, and no provider is called for it.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

#[allow(dead_code, reason = "another test uses the rest")]
use campanile_domain::{
    Channel, Clock, DeliveryState, NotificationId, OutcomeKind, Routes, TenantId,
};
use campanile_storage::RelayLimits;
use chrono::TimeDelta;

use crate::support::{CHANNEL, Fake, House, Row};

fn seconds(seconds: i64) -> TimeDelta {
    TimeDelta::seconds(seconds)
}

/// Notifications whose deadline is so far ahead.
async fn accept(house: &House, count: usize, life: TimeDelta) -> Vec<(TenantId, NotificationId)> {
    let deadline = house.clock.now() + life;
    let change = |n: &mut campanile_domain::Notification| n.expires_at = Some(deadline);
    house.accept_changed("acme", count, change).await
}

/// Waits until all of them have expired without a call.
async fn all_expired(house: &House, ids: &[(TenantId, NotificationId)]) {
    let expired = |row: &Row| row.state == DeliveryState::Expired;
    for row in house.all(ids, expired).await {
        assert_eq!(row.reason.as_deref(), Some("deadline_passed"));
        assert_eq!(row.attempts, []);
        assert_eq!(row.next_attempt_at, None);
    }
}

#[tokio::test]
async fn in_the_outbox() {
    let house = House::build(&["acme"]).await;
    let fake = Fake::of(1);
    house.use_accounts(&[("acme", "a", &fake)]);
    let ids = accept(&house, 3, seconds(10)).await;
    house.clock.advance(seconds(10));
    let delivery = house.deliver(64).await;
    all_expired(&house, &ids).await;
    assert_eq!(fake.calls(), 0);
    delivery.stop().await;
}

#[tokio::test]
async fn in_the_schedule() {
    let house = House::build(&["acme"]).await;
    let fake = Fake::of(1);
    house.use_accounts(&[("acme", "a", &fake)]);
    let now = house.clock.now();
    let ids = house
        .accept_changed("acme", 2, |n| {
            n.send_at = Some(now + seconds(10));
            n.expires_at = Some(now + seconds(20));
        })
        .await;
    // Nobody was there at its time.
    house.clock.advance(seconds(25));
    let delivery = house.deliver(64).await;
    all_expired(&house, &ids).await;
    assert_eq!(fake.calls(), 0);
    delivery.stop().await;
}

#[tokio::test]
async fn in_the_queue() {
    let house = House::build(&["acme"]).await;
    let fake = Fake::of(1);
    house.use_accounts(&[("acme", "a", &fake)]);
    let ids = accept(&house, 3, seconds(10)).await;
    let mut routes = Routes::default();
    let (tenant, channel): (_, Channel) = (TenantId::parse("acme").unwrap(), CHANNEL);
    routes.add(tenant, channel, "https://example.com/".into());
    let now = house.clock.now();
    let limits = RelayLimits::default();
    let planned = campanile_pipeline::plan_turn(&house.storage, limits, routes, now);
    assert_eq!(planned.await.unwrap().dispatches.len(), 1);
    house
        .all(&ids, |row| row.state == DeliveryState::Queued)
        .await;
    house.clock.advance(seconds(10));
    house.storage.ring_all(house.clock.now()).await.unwrap();
    let delivery = house.deliver(64).await;
    all_expired(&house, &ids).await;
    assert_eq!(fake.calls(), 0);
    delivery.stop().await;
}

#[tokio::test]
async fn in_a_workers_hands_while_its_account_is_busy() {
    let house = House::build(&["acme"]).await;
    let slow = Fake::of(1);
    slow.hangs(true);
    house.use_accounts(&[("acme", "a", &slow)]);
    let delivery = house.deliver(64).await;
    let first = house.accept("acme", 1).await;
    house.until(|| slow.calls() == 1).await;
    let ids = accept(&house, 3, seconds(10)).await;
    house
        .all(&ids, |row| row.state == DeliveryState::Queued)
        .await;
    house.clock.advance(seconds(10));
    slow.hangs(false);
    house
        .all(&first, |row| row.state == DeliveryState::Sent)
        .await;
    all_expired(&house, &ids).await;
    assert_eq!(slow.calls(), 1);
    delivery.stop().await;
}

#[tokio::test]
async fn before_a_breaker_closes_and_while_it_is_waited_for() {
    let house = House::build(&["acme"]).await;
    let broken = Fake::of(1);
    broken.answers(OutcomeKind::Retry);
    house.use_accounts(&[("acme", "a", &broken)]);
    let delivery = house.deliver(64).await;
    let failing = house.accept("acme", 3).await;
    house
        .all(&failing, |row| row.state == DeliveryState::Retrying)
        .await;
    // It stays open for 60 s: what is over by then need not wait.
    let short = accept(&house, 2, seconds(30)).await;
    all_expired(&house, &short).await;
    // What would be in time waits; where nobody comes in time, it is over all the same.
    let long = accept(&house, 2, seconds(90)).await;
    house
        .all(&long, |row| row.state == DeliveryState::Deferred)
        .await;
    house.clock.advance(seconds(95));
    all_expired(&house, &long).await;
    delivery.stop().await;
}

#[tokio::test]
async fn before_its_next_try() {
    let house = House::build(&["acme"]).await;
    let broken = Fake::of(1);
    broken.answers(OutcomeKind::Retry);
    house.use_accounts(&[("acme", "a", &broken)]);
    let delivery = house.deliver(64).await;
    // Beyond the ladder's first steps, so some try is the last that is in time.
    let ids = accept(&house, 1, seconds(40)).await;
    let expired = |row: &Row| row.state == DeliveryState::Expired;
    for row in house.in_seconds(&ids, expired).await {
        assert_eq!(row.reason.as_deref(), Some("deadline_passed"));
        assert!(!row.attempts.is_empty());
        let made_at = ids[0].1.made_at().unwrap();
        let last = row.attempts.last().unwrap().started_at;
        assert!(last < made_at + seconds(41), "{row:?}");
    }
    delivery.stop().await;
}
