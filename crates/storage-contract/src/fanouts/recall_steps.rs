//! Steps of a recall: repeated, broken off, at once, in turn, and after everything is forgotten.

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{Fanout, TenantId};
use chrono::TimeDelta;

use super::super::fixture::{fanout, now, plan, tenants};
use super::super::topics::users;
use super::play::{SMALL, progress, run, start, step, subscribe};
use super::recall_play::{all_cancelled, cancel, kept, recall, recall_all};
use campanile_pipeline::{cancel_fanout, forget_fanouts, recall_step};
use campanile_storage::Storage;

/// A repetition finds it cancelled, and cancels nothing again; one that never made anything is simply cancelled.
pub async fn cancelling_again_changes_nothing(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..10)).await;
    let sent = fanout(&acme);
    start(storage, &sent).await;
    step(storage, SMALL).await.expect("something to do");
    for recalled in [0, 7, 7] {
        let stands = cancel(storage, &sent).await;
        assert_eq!(cancel(storage, &sent).await, stands);
        assert_eq!((stands.recalled, stands.expanded), (recalled, 7));
        recall(storage).await;
    }
    assert_eq!(recall(storage).await, None);
    let idle = fanout(&acme);
    start(storage, &idle).await;
    assert!(!cancel(storage, &idle).await.recalling);
    assert_eq!(recall(storage).await, None);
}

/// A step that is broken off anywhere has happened or has not; the next goes on with what is left.
pub async fn a_recall_that_breaks_off_goes_on(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..60)).await;
    let sent = fanout(&acme);
    start(storage, &sent).await;
    run(storage, SMALL).await;
    cancel(storage, &sent).await;
    let (mut patience, mut broken) = (Duration::ZERO, 0);
    while progress(storage, &sent).await.recalling {
        let stepping = recall_step(&storage, None, now());
        match tokio::time::timeout(patience, stepping).await {
            Ok(done) => {
                let turn = done.expect("done");
                // It would be put off by minutes, and this loop would spin until then.
                assert!(turn.failed.is_none(), "{turn:?}");
                patience = Duration::ZERO;
            }
            Err(_) => {
                broken += 1;
                patience = patience * 5 / 4 + Duration::from_micros(100);
            }
        }
    }
    assert!(broken > 0, "none was broken off");
    let over = progress(storage, &sent).await;
    assert_eq!((over.recalled, over.expanded), (60, 60));
    all_cancelled(storage, &acme, &users(0..60)).await;
    let planned = plan(storage, std::slice::from_ref(&acme)).await;
    assert!(planned.dispatches.is_empty(), "{planned:?}");
}

/// Several processes: each notification is cancelled by one of them.
pub async fn recallers_at_once_take_each_once(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let mut sent: Vec<Fanout> = Vec::new();
    for tenant in [&acme, &other] {
        subscribe(storage.as_ref(), tenant, &users(0..100)).await;
        sent.extend([fanout(tenant), fanout(tenant)]);
    }
    for one in &sent {
        start(storage.as_ref(), one).await;
    }
    run(storage.as_ref(), SMALL).await;
    for one in &sent {
        cancel(storage.as_ref(), one).await;
    }
    let mut recallers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let storage = Arc::clone(&storage);
        recallers.spawn(async move {
            let mut notifications = 0;
            // Where others are at the rest, there is nothing to take; they see to the end.
            while let Some(step) = recall(storage.as_ref()).await {
                notifications += step.notifications;
            }
            notifications
        });
    }
    let mut notifications = 0;
    while let Some(done) = recallers.join_next().await {
        notifications += done.expect("no panic");
    }
    notifications += recall_all(storage.as_ref()).await;
    assert_eq!(notifications, 400);
    for one in &sent {
        let over = progress(storage.as_ref(), one).await;
        assert_eq!((over.recalled, over.recalling), (100, false));
    }
}

/// One tenant's hundred thousand do not hold up another's seven, nor its own next ones.
pub async fn recalls_take_turns(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, brief] = tenants(storage, ["acme", "brief"]).await;
    for tenant in [&acme, &brief] {
        subscribe(storage, tenant, &users(0..20)).await;
    }
    let sent = [fanout(&acme), fanout(&acme), fanout(&brief)];
    for one in &sent {
        start(storage, one).await;
    }
    run(storage, SMALL).await;
    for one in &sent {
        cancel(storage, one).await;
    }
    let mut after: Option<TenantId> = None;
    let mut turns = Vec::new();
    for _ in 0..4 {
        let turn = recall_step(&storage, after.as_ref(), now()).await;
        let step = turn.expect("done").step.expect("something to do");
        after = Some(step.tenant);
        turns.push(step.id);
    }
    let [one, two, three] = sent.map(|one| one.id);
    assert_eq!(turns, [one, three, two, three]);
}

/// What is forgotten leaves nothing to cancel, and a process at work on it simply ends.
pub async fn what_is_forgotten_is_not_recalled(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..20)).await;
    let [under_way, done] = [fanout(&acme), fanout(&acme)];
    for one in [&under_way, &done] {
        start(storage, one).await;
    }
    run(storage, SMALL).await;
    cancel(storage, &under_way).await;
    assert_eq!(recall(storage).await.expect("a batch").notifications, 6);
    let past = now() + TimeDelta::seconds(2);
    let gone = forget_fanouts(&storage, &acme, past).await;
    assert_eq!(gone.expect("removed"), 2);
    let last = recall(storage).await.expect("its end");
    assert_eq!((last.notifications, last.finished), (0, true));
    assert_eq!(recall(storage).await, None);
    let late = cancel_fanout(&storage, &acme, done.id, now()).await;
    assert_eq!(late.expect("asked"), None);
    kept(storage, &acme, &users(0..14)).await;
}
