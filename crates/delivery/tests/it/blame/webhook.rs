//! Webhooks, against a receiver that answers what the test wants.

use std::sync::Arc;

use campanile_channels::Reach;
use campanile_channels::webhook::WebhookSettings;
use campanile_delivery::{Addresses, BreakerState};
use campanile_domain::{Channel, Clock, DeliveryState};
use campanile_pipeline::resume_account;
use campanile_test_support::webhook::{Reply, WebhookReceiver};
use chrono::TimeDelta;

use super::{AtMost, account, acme, factory, is_held, is_sent, only};
use crate::support::{House, Row};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Posts to this receiver; what it knew of the one before is forgotten.
fn call(house: &House, receiver: &WebhookReceiver) {
    let url = receiver.url();
    let settings = WebhookSettings::parse(&url, SECRET.to_owned().into()).unwrap();
    let sender = factory().webhook(settings, Reach::Anywhere).unwrap();
    house.accounts.replace(&[]);
    let spec = account(Arc::new(AtMost(1, sender)), Addresses::OfTenant(url));
    house.accounts.replace(&[spec]);
}

fn is_dead_of(row: &Row, reason: &str) -> bool {
    row.state == DeliveryState::Dead && row.reason.as_deref() == Some(reason)
}

/// The breaker is open, and nobody has called the receiver since; then all goes on within so much.
async fn a_wish_for_the_year_9999(with_a_restart: bool, within: TimeDelta) {
    let house = House::build(&["acme"]).await;
    let receiver = WebhookReceiver::start().await;
    let never = Reply::status(503).header("retry-after", "Fri, 31 Dec 9999 23:59:59 GMT");
    receiver.answer(vec![never; 4]);
    call(&house, &receiver);
    let mut delivery = house.deliver_by(Channel::Webhook, 64).await;
    let asked = house.accept("acme", 3).await;
    house
        .all(&asked, |row| is_dead_of(row, "retry_after_too_long"))
        .await;
    let state = only(&house.accounts).state();
    assert!(matches!(state.breaker, BreakerState::Open { .. }));
    let others = house.accept("acme", 3).await;
    house.all(&others, |row| is_held(row, "breaker_open")).await;
    if with_a_restart {
        delivery.stop().await;
        call(&house, &receiver);
        // As `campanile up` does: the messages of the last process are gone.
        house.storage.ring_all(house.clock.now()).await.unwrap();
        delivery = house.deliver_by(Channel::Webhook, 64).await;
    }
    let begun = house.clock.now();
    let rows = house.in_time(&others, |row| !row.state.is_open()).await;
    let took = house.clock.now() - begun;
    assert!(took < within, "{took}");
    let sent = rows.iter().filter(|row| is_sent(row)).count();
    assert_eq!(
        sent, 2,
        "the next that was called was asked to wait as well"
    );
    assert_eq!(receiver.received().len(), 6, "each once");
    delivery.stop().await;
}

#[tokio::test]
async fn a_wish_for_the_year_9999_binds_its_own_delivery_and_nobody_else() {
    // A minute, and two after the probe that failed; what waits is spread over a quarter of one.
    a_wish_for_the_year_9999(false, TimeDelta::minutes(4)).await;
}

#[tokio::test]
async fn a_wish_for_the_year_9999_binds_nobody_else_after_a_restart_either() {
    a_wish_for_the_year_9999(true, TimeDelta::minutes(2)).await;
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_called_again_only_when_somebody_resumes_it() {
    let house = House::build(&["acme"]).await;
    let receiver = WebhookReceiver::start().await;
    receiver.answer([Reply::status(410)]);
    call(&house, &receiver);
    let delivery = house.deliver_by(Channel::Webhook, 64).await;
    let first = house.accept("acme", 1).await;
    house
        .all(&first, |row| is_dead_of(row, "address_gone"))
        .await;
    let later = house.accept("acme", 2).await;
    let held = |row: &Row| is_held(row, "endpoint_gone");
    house.all(&later, held).await;
    let reported = house.troubles(1).await.remove(0);
    assert!(
        reported.misconfigured && !reported.breaker_open,
        "{reported:?}"
    );
    assert!(reported.detail.contains("410"), "{reported:?}");
    let stored = house.storage.account_pauses(None).await.unwrap();
    assert_eq!((stored.len(), &*stored[0].version), (1, "1"), "{stored:?}");

    // Whoever starts anew knows it before the first call.
    delivery.stop().await;
    call(&house, &receiver);
    let delivery = house.deliver_by(Channel::Webhook, 64).await;
    let newest = house.accept("acme", 1).await;
    house.all(&newest, held).await;
    house.clock.advance(TimeDelta::hours(2));
    house.all(&later, held).await;
    assert_eq!(receiver.received().len(), 1);

    let resumed = resume_account(house.storage.as_ref(), &acme(), "main").await;
    assert!(resumed.unwrap());
    for ids in [&later, &newest] {
        let rows = house.in_seconds(ids, is_sent).await;
        assert!(rows.iter().all(|row| row.attempts.len() == 1));
    }
    assert_eq!(receiver.received().len(), 4);
    house.troubles(0).await;
    delivery.stop().await;
}

#[tokio::test]
async fn what_waits_for_a_receiver_that_nobody_resumes_becomes_a_dead_letter() {
    let house = House::build(&["acme"]).await;
    let receiver = WebhookReceiver::start().await;
    receiver.answer([Reply::status(410)]);
    call(&house, &receiver);
    let delivery = house.deliver_by(Channel::Webhook, 64).await;
    let first = house.accept("acme", 1).await;
    house
        .all(&first, |row| is_dead_of(row, "address_gone"))
        .await;
    let later = house.accept("acme", 1).await;
    house.all(&later, |row| is_held(row, "endpoint_gone")).await;
    house.clock.advance(TimeDelta::days(3));
    let rows = house
        .in_time(&later, |row| is_dead_of(row, "address_gone"))
        .await;
    assert_eq!(rows[0].attempts, []);
    assert_eq!(receiver.received().len(), 1);
    delivery.stop().await;
}
