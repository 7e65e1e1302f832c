//! What an account's failures do, and to whom: on a real database with the in-process queue, by a
//! clock that the test moves.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

#[allow(dead_code, reason = "another test uses the rest")]
use crate::support;

use campanile_delivery::BreakerState;
use campanile_domain::{Clock, DeliveryState, OutcomeKind};
use chrono::TimeDelta;

use crate::support::{Fake, House};

#[tokio::test]
async fn three_failures_open_and_nothing_is_called_until_the_probe() {
    let house = House::build(&["acme", "other"]).await;
    let (broken, sound) = (Fake::of(1), Fake::of(1));
    broken.answers(OutcomeKind::Retry);
    house.use_accounts(&[("acme", "a", &broken), ("other", "a", &sound)]);
    let delivery = house.deliver(64).await;
    let ids = house.accept("acme", 5).await;
    house.all(&ids, |d| d.state != DeliveryState::Queued).await;
    assert_eq!(broken.calls(), 3);
    assert_eq!(house.accounts.breakers_open(support::CHANNEL), 1);

    let others = house.accept("other", 5).await;
    house.all(&others, |d| d.state == DeliveryState::Sent).await;

    house.clock.advance(TimeDelta::seconds(59));
    let held_back = |d: &support::Row| {
        d.state == DeliveryState::Deferred && d.reason.as_deref() == Some("breaker_open")
    };
    let rows = house.all(&ids, held_back).await;
    assert_eq!(broken.calls(), 3, "called while open");
    let attempts: usize = rows.iter().map(|row| row.attempts.len()).sum();
    assert_eq!(attempts, 3, "held back without an attempt");

    // What waited comes back within a quarter of a minute.
    house.clock.advance(TimeDelta::seconds(17));
    house.until(|| broken.calls() == 4).await;
    let accounts = house.accounts.all();
    let account = accounts
        .iter()
        .find(|a| a.tenant().as_str() == "acme")
        .unwrap();
    house
        .until(|| matches!(account.state().breaker, BreakerState::Open { .. }))
        .await;

    broken.answers(OutcomeKind::Delivered);
    let rows = house
        .in_time(&ids, |d| d.state == DeliveryState::Sent)
        .await;
    for row in rows {
        let numbers: Vec<_> = row.attempts.iter().map(|a| a.number as usize).collect();
        assert_eq!(numbers, (1..=numbers.len()).collect::<Vec<_>>());
    }
    assert_eq!(broken.calls(), 9, "four failures and five deliveries");
    assert_eq!(account.state().breaker, BreakerState::Closed);
    delivery.stop().await;
}

#[tokio::test]
async fn a_wrong_setting_pauses_at_once_and_a_mended_account_goes_on() {
    let house = House::build(&["acme"]).await;
    let (wrong, mended) = (Fake::of(1), Fake::of(1));
    wrong.answers(OutcomeKind::Misconfigured);
    house.use_accounts(&[("acme", "wrong", &wrong)]);
    let delivery = house.deliver(64).await;
    let ids = house.accept("acme", 3).await;
    let rows = house
        .all(&ids, |d| d.state == DeliveryState::Deferred)
        .await;
    assert_eq!(wrong.calls(), 1);
    assert!(rows.iter().all(|row| row.attempts.is_empty()));
    let reasons = rows
        .iter()
        .filter(|r| r.reason.as_deref() == Some("misconfigured"));
    assert_eq!(reasons.count(), 1);
    assert!(house.accounts.all()[0].state().last_failure.is_some());

    house.use_accounts(&[("acme", "mended", &mended)]);
    let rows = house
        .in_time(&ids, |d| d.state == DeliveryState::Sent)
        .await;
    assert!(rows.iter().all(|row| row.attempts.len() == 1));
    assert_eq!((wrong.calls(), mended.calls()), (1, 3));
    delivery.stop().await;
}

#[tokio::test]
async fn what_was_deferred_goes_on_within_seconds_of_a_change() {
    let house = House::build(&["acme", "other"]).await;
    let (wrong, mended) = (Fake::of(1), Fake::of(4));
    wrong.answers(OutcomeKind::Misconfigured);
    let accounts = [("acme", "wrong", &wrong), ("other", "wrong", &wrong)];
    house.use_accounts(&accounts);
    let delivery = house.deliver(64).await;
    let (ids, others) = (
        house.accept("acme", 3).await,
        house.accept("other", 1).await,
    );
    let deferred = |d: &support::Row| d.state == DeliveryState::Deferred;
    house.all(&ids, deferred).await;
    house.all(&others, deferred).await;

    let accounts = [("acme", "mended", &mended), ("other", "wrong", &wrong)];
    house.use_accounts(&accounts);
    let begun = house.clock.now();
    house
        .in_seconds(&ids, |d| d.state == DeliveryState::Sent)
        .await;
    let took = house.clock.now() - begun;
    assert!(took < TimeDelta::minutes(5), "as long as ever: {took}");
    assert_eq!((wrong.calls(), mended.calls()), (2, 3));
    house.all(&others, deferred).await;
    delivery.stop().await;
}

#[tokio::test]
async fn without_an_account_a_delivery_waits_for_one() {
    let house = House::build(&["acme"]).await;
    let (first, later) = (Fake::of(1), Fake::of(1));
    first.hangs(true);
    house.use_accounts(&[("acme", "a", &first)]);
    let delivery = house.deliver(1).await;
    let begun = house.accept("acme", 1).await;
    house.until(|| first.calls() == 1).await;
    let waiting = house.accept("acme", 1).await;
    house
        .all(&waiting, |d| d.state == DeliveryState::Queued)
        .await;
    house.use_accounts(&[]);
    // The other one waited for the permit of an account that is no more.
    house
        .all(&waiting, |d| d.reason.as_deref() == Some("no_account"))
        .await;
    first.hangs(false);
    house.all(&begun, |d| d.state == DeliveryState::Sent).await;
    house.use_accounts(&[("acme", "b", &later)]);
    house
        .in_time(&waiting, |d| d.state == DeliveryState::Sent)
        .await;
    assert_eq!((first.calls(), later.calls()), (1, 1));
    delivery.stop().await;
}

#[tokio::test]
async fn a_hanging_account_holds_up_nobody_else() {
    let house = House::build(&["acme", "other"]).await;
    let (hanging, sound) = (Fake::of(2), Fake::of(8));
    hanging.hangs(true);
    house.use_accounts(&[("acme", "a", &hanging), ("other", "a", &sound)]);
    // A message for each delivery: more of them than the queue gives out at once.
    let delivery = house.deliver(1).await;
    let stuck = house.accept("acme", 900).await;
    house.until(|| hanging.calls() == 2).await;
    let others = house.accept("other", 20).await;
    house.all(&others, |d| d.state == DeliveryState::Sent).await;
    assert_eq!(hanging.calls(), 2, "its bound holds");
    hanging.hangs(false);
    let rows = house
        .in_time(&stuck, |d| d.state == DeliveryState::Sent)
        .await;
    assert!(rows.iter().all(|row| row.attempts.len() == 1));
    assert_eq!(hanging.calls(), 900, "each once");
    delivery.stop().await;
}

#[tokio::test]
async fn the_failover_takes_over_and_never_after_an_unclear_answer() {
    let house = House::build(&["acme"]).await;
    let (first, second) = (Fake::of(1), Fake::of(1));
    let both = [
        ("acme", "a", Some("b"), &first),
        ("acme", "b", None, &second),
    ];
    house.use_accounts_failing_over(&both);
    let delivery = house.deliver(64).await;
    first.answers(OutcomeKind::Ambiguous);
    let unclear = house.accept("acme", 1).await;
    house.all(&unclear, |d| d.attempts.len() == 1).await;
    first.answers(OutcomeKind::Misconfigured);
    let moved = house.accept("acme", 1).await;
    let rows = house
        .in_time(&moved, |d| d.state == DeliveryState::Sent)
        .await;
    assert_eq!(rows[0].attempts[0].provider.as_deref(), Some("b"));
    // The other's time comes, again and again, and it waits for the first.
    house
        .in_time(&unclear, |d| d.state == DeliveryState::Deferred)
        .await;
    let before = first.calls();
    house.clock.advance(TimeDelta::minutes(10));
    house.until(|| first.calls() > before).await;
    assert_eq!(second.calls(), 1);
    // Taken away, it is waited for still.
    house.use_accounts(&[("acme", "b", &second)]);
    let gone = |d: &support::Row| d.reason.as_deref() == Some("account_gone");
    house.in_time(&unclear, gone).await;
    first.answers(OutcomeKind::Delivered);
    house.use_accounts_failing_over(&both);
    let rows = house
        .in_time(&unclear, |d| d.state == DeliveryState::Sent)
        .await;
    let made: Vec<_> = rows[0]
        .attempts
        .iter()
        .map(|a| a.provider.as_deref())
        .collect();
    // The probe that failed used one, and went to the first as well.
    assert_eq!(made, [Some("a"); 3]);
    assert_eq!(second.calls(), 1);
    delivery.stop().await;
}

#[tokio::test]
async fn a_call_that_was_cut_off_stays_with_the_account_that_was_called() {
    let mut house = House::build(&["acme"]).await;
    house.grace = std::time::Duration::ZERO;
    let (first, second) = (Fake::of(1), Fake::of(1));
    let both = [
        ("acme", "a", Some("b"), &first),
        ("acme", "b", None, &second),
    ];
    house.use_accounts_failing_over(&both);
    let delivery = house.deliver(64).await;
    first.answers(OutcomeKind::Misconfigured);
    second.hangs(true);
    let ids = house.accept("acme", 1).await;
    // It falls to the first, which opens, and is called through the second when the process ends.
    house.until(|| first.calls() == 1).await;
    let moving = async { house.until(|| second.calls() == 1).await };
    let time = async {
        loop {
            house.clock.advance(TimeDelta::milliseconds(100));
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::select! { () = moving => {}, () = time => {} }
    delivery.stop().await;

    // The next process knows nothing of the first's trouble, and the first is well again.
    house.use_accounts(&[]);
    house.use_accounts_failing_over(&both);
    first.answers(OutcomeKind::Delivered);
    second.hangs(false);
    let delivery = house.deliver(64).await;
    let rows = house
        .in_time(&ids, |d| d.state == DeliveryState::Sent)
        .await;
    assert_eq!(rows[0].attempts[0].provider.as_deref(), Some("b"));
    assert_eq!((first.calls(), second.calls()), (1, 2));
    delivery.stop().await;
}

#[tokio::test]
async fn accounts_in_trouble_are_reported_and_so_is_their_recovery() {
    let house = House::build(&["acme"]).await;
    let broken = Fake::of(1);
    broken.answers(OutcomeKind::Misconfigured);
    house.use_accounts(&[("acme", "a", &broken)]);
    let delivery = house.deliver(64).await;
    let ids = house.accept("acme", 1).await;
    let reported = house.troubles(1).await;
    assert_eq!(
        (reported[0].name.as_str(), reported[0].misconfigured),
        ("a", true)
    );
    assert_eq!(reported[0].detail, "the last call failed: scripted");
    broken.answers(OutcomeKind::Delivered);
    house
        .in_time(&ids, |d| d.state == DeliveryState::Sent)
        .await;
    house.troubles(0).await;
    broken.answers(OutcomeKind::Misconfigured);
    house.accept("acme", 1).await;
    house.troubles(1).await;
    delivery.stop().await;
    // What a stopped worker said is forgotten at once.
    house.troubles(0).await;
}
