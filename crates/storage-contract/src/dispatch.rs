//! Loading, holding and ringing again.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{DispatchId, RetryLadder, WorkerId};
use chrono::TimeDelta;

use super::fixture::{
    ADDRESS, accept, dispatched, load, notification, now, one, plan, record, reference, routes,
    tenants,
};
use campanile_storage::{Dispatch, DispatchRef, RelayLimits, Storage, WorkerRow};

/// Address, notification, attempts so far, and the tenant's ladder.
pub async fn a_job_carries_what_a_sender_needs(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let ladder = RetryLadder::new(vec![Duration::from_secs(3)]).expect("a ladder");
    storage
        .set_retry_ladder(&acme, Some(&ladder))
        .await
        .expect("set");
    let sent = notification(&acme, "u");
    accept(storage.as_ref(), vec![sent.clone()]).await;
    let dispatch = one(plan(storage.as_ref(), std::slice::from_ref(&acme))
        .await
        .dispatches);
    let loaded = load(storage.as_ref(), &dispatch).await.expect("there");
    assert_eq!(loaded.dispatch, dispatch);
    let [job] = loaded.jobs.as_slice() else {
        panic!("one job: {loaded:?}")
    };
    assert_eq!(
        (job.address.as_str(), job.channel),
        (ADDRESS, dispatch.channel)
    );
    assert_eq!((job.attempts_made, &job.notification), (0, &sent));
    assert_eq!(job.ladder, ladder);
    let theirs = dispatched(storage.as_ref(), &other, &["u"]).await;
    let theirs = load(storage.as_ref(), &theirs).await.expect("there");
    assert_eq!(theirs.jobs[0].ladder, RetryLadder::default());
}

/// Done, unknown, of another tenant, or rung again since: `None`, in the order asked.
pub async fn an_older_epoch_is_void(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let (first, second) = (
        dispatched(storage.as_ref(), &acme, &["u"]).await,
        dispatched(storage.as_ref(), &acme, &["v"]).await,
    );
    record(storage.as_ref(), Some(&first), Vec::new()).await;
    let rung = storage
        .redeliver_at(&[(acme.clone(), second.id)], now())
        .await;
    rung.expect("rung");
    let new = one(storage.take_due(now(), now(), 10).await.expect("taken"));
    assert_eq!((new.id, new.epoch), (second.id, 1));
    let stranger = DispatchRef {
        tenant: other,
        ..reference(&new)
    };
    let unknown = DispatchRef {
        id: DispatchId::at(now()),
        ..reference(&new)
    };
    let asked = [
        reference(&first),
        reference(&second),
        stranger,
        reference(&new),
        unknown,
    ];
    let loaded = storage.load(&asked).await.expect("loaded");
    let there: Vec<bool> = loaded.iter().map(Option::is_some).collect();
    assert_eq!(there, [false, false, false, true, false]);
}

/// The lease is the worker's heartbeat.
pub async fn a_held_dispatch_rings_only_when_its_worker_is_silent(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let dispatch = dispatched(storage.as_ref(), &acme, &["u"]).await;
    let beat = now();
    let worker = WorkerRow {
        id: WorkerId::at(beat),
        host: "box".into(),
        heartbeat_at: beat,
    };
    storage.heartbeat(&worker).await.expect("beaten");
    storage
        .hold(worker.id, &[(acme.clone(), dispatch.id)])
        .await
        .expect("held");
    let due = dispatch.publish_after + TimeDelta::seconds(1);
    let held = storage
        .take_due(due, beat - TimeDelta::seconds(1), 10)
        .await
        .expect("looked");
    assert!(held.is_empty(), "{held:?}");
    let taken = storage
        .take_due(due, beat + TimeDelta::seconds(1), 10)
        .await
        .expect("taken");
    let taken = one(taken);
    assert_eq!(
        (taken.epoch, taken.suspect),
        (1, true),
        "its holder may have begun"
    );
    assert_eq!(taken.publish_after, due + Dispatch::window(1));
    // Taken means in the queue again: not due before the next window is over, and held by no worker.
    let again = storage
        .take_due(due, beat + TimeDelta::seconds(1), 10)
        .await
        .expect("looked");
    assert!(again.is_empty(), "{again:?}");
    let next = due + Dispatch::window(1);
    let taken = storage
        .take_due(next, beat - TimeDelta::seconds(1), 10)
        .await
        .expect("taken");
    let taken = one(taken);
    assert_eq!(
        (taken.epoch, taken.suspect),
        (2, false),
        "nobody has held it since"
    );
}

/// Then it is redelivered at its time, whether the worker lives or not.
pub async fn what_a_worker_lets_go_of_is_nobodys(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let dispatch = dispatched(storage.as_ref(), &acme, &["u"]).await;
    let beat = now();
    let [holder, other] = [(); 2].map(|()| WorkerId::at(beat));
    let row = WorkerRow {
        id: holder,
        host: "box".into(),
        heartbeat_at: beat,
    };
    storage.heartbeat(&row).await.expect("beaten");
    let ours = [(acme, dispatch.id)];
    storage.hold(holder, &ours).await.expect("held");
    let (due, alive) = (dispatch.publish_after, beat - TimeDelta::seconds(1));
    storage
        .let_go(other, &ours)
        .await
        .expect("nothing to let go of");
    assert!(
        storage
            .take_due(due, alive, 10)
            .await
            .expect("looked")
            .is_empty()
    );
    storage.let_go(holder, &ours).await.expect("let go");
    let taken = one(storage.take_due(due, alive, 10).await.expect("taken"));
    assert!(!taken.suspect, "{taken:?}");
}

/// Not before the moment given.
pub async fn what_is_rung_again_is_due_then(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let dispatch = dispatched(storage.as_ref(), &acme, &["u"]).await;
    let at = now() + TimeDelta::seconds(5);
    storage
        .redeliver_at(&[(acme, dispatch.id)], at)
        .await
        .expect("rung");
    let early = storage
        .take_due(at - TimeDelta::seconds(1), now(), 10)
        .await
        .expect("looked");
    assert!(early.is_empty());
    assert_eq!(
        one(storage.take_due(at, now(), 10).await.expect("taken")).id,
        dispatch.id
    );
}

/// Held or not, due or not.
pub async fn all_ring_at_a_new_start(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let first = dispatched(storage.as_ref(), &acme, &["u"]).await;
    dispatched(storage.as_ref(), &acme, &["v"]).await;
    let worker = WorkerRow {
        id: WorkerId::at(now()),
        host: "box".into(),
        heartbeat_at: now(),
    };
    storage.heartbeat(&worker).await.expect("beaten");
    storage
        .hold(worker.id, &[(acme, first.id)])
        .await
        .expect("held");
    assert_eq!(storage.ring_all(now()).await.expect("rung"), 2);
    let taken = storage
        .take_due(now(), now() - TimeDelta::minutes(1), 10)
        .await
        .expect("taken");
    assert_eq!(taken.len(), 2);
    assert!(taken.iter().all(|dispatch| dispatch.suspect), "{taken:?}");
}

/// Two sweepers never redeliver the same dispatch.
pub async fn sweepers_at_once_take_each_once(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let users = (0..60)
        .map(|n| notification(&acme, &format!("u{n}")))
        .collect();
    accept(storage.as_ref(), users).await;
    let limits = RelayLimits {
        dispatch_size: 1,
        ..RelayLimits::default()
    };
    let planned = campanile_pipeline::plan_turn(&storage, limits, routes(&[acme]), now())
        .await
        .expect("planned");
    assert_eq!(planned.dispatches.len(), 60);
    let due = now() + Dispatch::WINDOW + TimeDelta::seconds(1);
    let sweepers: Vec<_> = (0..4)
        .map(|_| {
            let storage = Arc::clone(&storage);
            tokio::spawn(async move { storage.take_due(due, due, 20).await.expect("taken") })
        })
        .collect();
    let mut taken = HashSet::new();
    for sweeper in sweepers {
        for dispatch in sweeper.await.expect("ran") {
            assert!(taken.insert(dispatch.id), "taken twice");
        }
    }
    for dispatch in storage.take_due(due, due, 100).await.expect("taken") {
        assert!(taken.insert(dispatch.id), "taken twice");
    }
    assert_eq!(taken.len(), 60);
}
