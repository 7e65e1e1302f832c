//! Accepting a send to a topic: for whom, under which key, and how many at a time.

use std::sync::Arc;

use chrono::TimeDelta;

use super::super::fixture::{fanout, keyed, notification, now, tenants};
use super::super::topics::users;
use super::play::{SMALL, notified_once, run, start, start_keyed, step, subscribe};
use campanile_domain::Fanout;
use campanile_pipeline::cancel_fanout;
use campanile_storage::{AcceptOutcome, FanoutStart, KeptAnswer, MOST_OPEN_FANOUTS, Storage};

/// Where no user ever subscribed, the name is most likely wrong.
pub async fn an_unknown_topic_is_reported(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    subscribe(storage, &other, &users(0..3)).await;
    let sent = fanout(&acme);
    assert_eq!(start(storage, &sent).await, FanoutStart::NoTopic);
    assert_eq!(
        start_keyed(storage, &sent, "k", 1).await,
        FanoutStart::NoTopic
    );
    assert_eq!(storage.fanout(&acme, sent.id).await.expect("asked"), None);
    assert_eq!(run(storage, SMALL).await, (0, 0));
}

/// Another tenant neither sees it nor stops it.
pub async fn a_fanout_belongs_to_its_tenant(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    subscribe(storage, &acme, &users(0..3)).await;
    subscribe(storage, &other, &users(0..9)).await;
    let sent = fanout(&acme);
    start(storage, &sent).await;
    assert_eq!(storage.fanout(&other, sent.id).await.expect("asked"), None);
    let cancelled = cancel_fanout(&storage, &other, sent.id, now()).await;
    assert_eq!(cancelled.expect("asked"), None);
    run(storage, SMALL).await;
    notified_once(storage, &acme, &users(0..3)).await;
}

/// The first answer again, for the same request only, and under the keys of ordinary sends too.
pub async fn a_key_is_good_for_one_request(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..3)).await;
    let first = fanout(&acme);
    assert_eq!(
        start_keyed(storage, &first, "k", 1).await,
        FanoutStart::Started { subscribers: 3 }
    );
    subscribe(storage, &acme, &users(3..5)).await;
    let answer = kept(&first, 3);
    let again = start_keyed(storage, &fanout(&acme), "k", 1).await;
    assert_eq!(again, FanoutStart::Replayed(answer));
    let another = start_keyed(storage, &fanout(&acme), "k", 2).await;
    assert_eq!(another, FanoutStart::KeyReused);
    let ordinary = keyed(notification(&acme, "u"), "k", 3);
    let ordinary = storage.accept([ordinary].into()).await.expect("asked");
    assert_eq!(ordinary, [AcceptOutcome::KeyReused]);
    run(storage, SMALL).await;
    notified_once(storage, &acme, &users(0..3)).await;
}

/// The same request many times at once is accepted once.
pub async fn keys_raced_for_start_one(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    subscribe(storage.as_ref(), &acme, &users(0..3)).await;
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (storage, sent) = (Arc::clone(&storage), fanout(&acme));
        calls.spawn(async move { start_keyed(storage.as_ref(), &sent, "k", 1).await });
    }
    let mut started = 0;
    while let Some(call) = calls.join_next().await {
        match call.expect("no panic") {
            FanoutStart::Started { .. } => started += 1,
            FanoutStart::Replayed(KeptAnswer::Fanout { subscribers, .. }) => {
                assert_eq!(subscribers, 3);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(started, 1);
    run(storage.as_ref(), SMALL).await;
    notified_once(storage.as_ref(), &acme, &users(0..3)).await;
}

fn kept(fanout: &Fanout, subscribers: u64) -> KeptAnswer {
    KeptAnswer::Fanout {
        id: fanout.id,
        subscribers,
    }
}

/// A tenant has so many at a time; an answer that was given is given again all the same.
pub async fn so_many_are_open_at_a_time(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    for tenant in [&acme, &other] {
        subscribe(storage, tenant, &users(0..1)).await;
    }
    let started = FanoutStart::Started { subscribers: 1 };
    let first = fanout(&acme);
    assert_eq!(start_keyed(storage, &first, "k", 1).await, started);
    for _ in 1..MOST_OPEN_FANOUTS {
        assert_eq!(start(storage, &fanout(&acme)).await, started);
    }
    let refused = fanout(&acme);
    assert_eq!(start(storage, &refused).await, FanoutStart::TooMany);
    assert_eq!(
        start_keyed(storage, &refused, "new", 1).await,
        FanoutStart::TooMany
    );
    assert_eq!(
        storage.fanout(&acme, refused.id).await.expect("asked"),
        None
    );
    // What waits for its time takes nobody's place, and finds one.
    let mut later = fanout(&acme);
    later.send_at = Some(later.created_at + TimeDelta::days(1));
    assert_eq!(start(storage, &later).await, started);
    let answer = kept(&first, 1);
    let again = start_keyed(storage, &fanout(&acme), "k", 1).await;
    assert_eq!(again, FanoutStart::Replayed(answer));
    assert_eq!(start(storage, &fanout(&other)).await, started);
    step(storage, SMALL).await.expect("something to do");
    // The key that was refused was not used up.
    assert_eq!(start_keyed(storage, &refused, "new", 1).await, started);
}
