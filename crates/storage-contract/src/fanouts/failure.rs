//! A fan-out that fails, and a recall that does.

use campanile_domain::{FanoutStatus, Priority};
use chrono::TimeDelta;

use super::super::fixture::{fanout, now, tenants, user};
use super::super::topics::users;
use super::play::{SMALL, progress, reported, run, start, subscribe};
use super::recall_play::{cancel, recall_all};
use campanile_pipeline::{NoWords, recall_step, step_fanout};
use campanile_storage::Storage;

/// Of these a back end's own test lets every change of a notification be refused; it calls
/// [`what_fails_is_put_off`] and [`a_recall_that_fails_is_put_off`].
pub const REFUSED: &str = "refused";

/// One that fails whenever it is its turn is put off for ever longer; all others go on at once, its own
/// tenant's too. Where the reason is gone it goes on as if nothing had been.
///
/// Not in the list of promises, for no caller can make a back end refuse: `refuse` does so with every
/// notification of the correlation id [`REFUSED`], or stops doing so.
pub async fn what_fails_is_put_off(storage: &dyn Storage, refuse: impl AsyncFn(bool)) {
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    for tenant in [&acme, &other] {
        subscribe(storage, tenant, &users(0..10)).await;
    }
    let mut poisoned = fanout(&acme);
    poisoned.correlation_id = REFUSED.into();
    poisoned.priority = Priority::Critical;
    let innocent = [fanout(&acme), fanout(&other)];
    for one in [&poisoned, &innocent[0], &innocent[1]] {
        start(storage, one).await;
    }
    refuse(true).await;
    let mut at = now();
    let failing = async |at| {
        let turn = step_fanout(&storage, NoWords::shared(), SMALL, None, at)
            .await
            .expect("noted");
        assert_eq!(turn.step, None);
        turn.failed.expect("it fails")
    };
    let failed = failing(at).await;
    assert_eq!((&failed.tenant, failed.id), (&acme, poisoned.id));
    assert_eq!(failed.failures, 1);
    assert_eq!(failed.retry_at, at + TimeDelta::seconds(1));
    assert!(failed.error.is_lasting(), "{:?}", failed.error);
    let turn = step_fanout(&storage, NoWords::shared(), SMALL, None, at)
        .await
        .expect("done");
    assert_eq!(turn.step.expect("the next one's").id, innocent[0].id);
    while let Some(done) = {
        let turn = step_fanout(&storage, NoWords::shared(), SMALL, None, at)
            .await
            .expect("done");
        assert!(turn.failed.is_none(), "it is put off");
        turn.step
    } {
        assert_ne!(done.id, poisoned.id);
    }
    for one in &innocent {
        assert_eq!(progress(storage, one).await.status, FanoutStatus::Done);
    }
    // It counts as due all the while.
    let depth = storage.fanout_depth(at).await.expect("counted");
    assert_eq!((depth.due, depth.waiting), (1, 10));
    at = failed.retry_at;
    let failed = failing(at).await;
    assert_eq!(failed.failures, 2);
    assert_eq!(failed.retry_at, at + TimeDelta::seconds(2));
    refuse(false).await;
    at = failed.retry_at;
    let turn = step_fanout(&storage, NoWords::shared(), SMALL, None, at)
        .await
        .expect("done");
    assert_eq!(turn.step.expect("a step").notifications, 7);
    // A step that was done begins the count anew.
    refuse(true).await;
    assert_eq!(failing(at).await.failures, 1);
    refuse(false).await;
    at += TimeDelta::seconds(1);
    let turn = step_fanout(&storage, NoWords::shared(), SMALL, None, at)
        .await
        .expect("done");
    assert_eq!(
        turn.step.expect("the last").finished,
        Some(FanoutStatus::Done)
    );
    let reported = reported(storage).await;
    assert_eq!(reported.get(&(acme.clone(), user("u00003"))), Some(&2));
    assert_eq!(reported.values().sum::<usize>(), 30);
}

/// A recall that fails whenever it is its turn is put off for ever longer; all others go on at once. Where
/// the reason is gone it goes on as if nothing had been.
///
/// Not in the list of promises either.
pub async fn a_recall_that_fails_is_put_off(storage: &dyn Storage, refuse: impl AsyncFn(bool)) {
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    for tenant in [&acme, &other] {
        subscribe(storage, tenant, &users(0..10)).await;
    }
    let mut poisoned = fanout(&acme);
    poisoned.correlation_id = REFUSED.into();
    let sent = [poisoned, fanout(&acme), fanout(&other)];
    for one in &sent {
        start(storage, one).await;
    }
    run(storage, SMALL).await;
    for one in &sent {
        cancel(storage, one).await;
    }
    refuse(true).await;
    let at = now();
    let turn = recall_step(&storage, None, at).await.expect("noted");
    assert_eq!(turn.step, None);
    let failed = turn.failed.expect("it fails");
    assert_eq!((&failed.tenant, failed.id), (&acme, sent[0].id));
    assert_eq!(failed.failures, 1);
    assert_eq!(failed.retry_at, at + TimeDelta::seconds(1));
    let mut done = 0;
    loop {
        let turn = recall_step(&storage, None, at).await.expect("done");
        assert!(turn.failed.is_none(), "it is put off");
        let Some(step) = turn.step else { break };
        done += step.notifications;
    }
    assert_eq!(done, 20);
    assert!(progress(storage, &sent[0]).await.recalling);
    let turn = recall_step(&storage, None, failed.retry_at).await;
    let again = turn.expect("noted").failed.expect("it fails again");
    assert_eq!(again.failures, 2);
    refuse(false).await;
    let turn = recall_step(&storage, None, again.retry_at).await;
    let step = turn.expect("done").step.expect("a batch");
    assert_eq!(step.notifications, 3);
    // The rest was due again at that moment too.
    let left = recall_step(&storage, None, again.retry_at).await;
    assert_eq!(left.expect("done").step.expect("a batch").notifications, 7);
    let last = recall_step(&storage, None, again.retry_at).await;
    assert!(last.expect("done").step.expect("its end").finished);
    assert_eq!(recall_all(storage).await, 0);
    assert_eq!(progress(storage, &sent[0]).await.recalled, 10);
}
