//! How a fan-out ends before its time, and how long it is remembered.

use std::sync::Arc;

use campanile_domain::{FanoutId, FanoutStatus};
use chrono::TimeDelta;

use super::super::fixture::{fanout, now, tenants};
use super::super::topics::users;
use super::play::{SMALL, notified_once, progress, run, start, step, subscribe, unsubscribe};
use campanile_pipeline::{NoWords, cancel_fanout, forget_fanouts, step_fanout};
use campanile_storage::{CancelFanout, Storage};

/// The rest get no notification, and never will.
pub async fn a_cancelled_one_goes_no_further(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..20)).await;
    let sent = fanout(&acme);
    start(storage, &sent).await;
    step(storage, SMALL).await.expect("something to do");
    let at = now();
    let cancelled = cancel_fanout(&storage, &acme, sent.id, at).await;
    let Ok(Some(CancelFanout::Cancelled(progress))) = cancelled else {
        panic!("{cancelled:?}")
    };
    assert_eq!(
        (progress.status, progress.expanded, progress.finished_at),
        (FanoutStatus::Cancelled, 7, Some(at))
    );
    assert_eq!(run(storage, SMALL).await, (0, 0));
    let unknown = cancel_fanout(&storage, &acme, FanoutId::at(now()), now());
    assert_eq!(unknown.await.expect("asked"), None);
    notified_once(storage, &acme, &users(0..7)).await;
}

/// Where nothing was made there is nothing to cancel, and what is over stays what it is.
pub async fn what_is_over_and_made_nothing_stays_so(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..1)).await;
    unsubscribe(storage, &acme, &users(0..1)).await;
    let sent = fanout(&acme);
    start(storage, &sent).await;
    run(storage, SMALL).await;
    let over = progress(storage, &sent).await;
    assert_eq!(over.status, FanoutStatus::Done);
    let late = cancel_fanout(&storage, &acme, sent.id, now()).await;
    assert_eq!(late.expect("asked"), Some(CancelFanout::Finished(over)));
}

/// A subscriber without a notification at the deadline never gets one.
pub async fn a_deadline_ends_it(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..20)).await;
    let mut sent = fanout(&acme);
    sent.expires_at = Some(now() + TimeDelta::seconds(2));
    start(storage, &sent).await;
    step(storage, SMALL).await.expect("something to do");
    let late = now() + TimeDelta::seconds(3);
    let turn = step_fanout(&storage, NoWords::shared(), SMALL, None, late)
        .await
        .expect("done");
    let last = turn.step.expect("a step");
    assert_eq!(
        (last.notifications, last.finished),
        (0, Some(FanoutStatus::Expired))
    );
    let over = progress(storage, &sent).await;
    assert_eq!((over.status, over.expanded), (FanoutStatus::Expired, 7));
    assert_eq!(run(storage, SMALL).await, (0, 0));
}

/// What is over and past its term goes; what is not over stays, however old.
pub async fn what_is_over_is_forgotten(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    for tenant in [&acme, &other] {
        subscribe(storage, tenant, &users(0..3)).await;
    }
    let [over, theirs] = [fanout(&acme), fanout(&other)];
    for one in [&over, &theirs] {
        start(storage, one).await;
    }
    run(storage, SMALL).await;
    let mut open = fanout(&acme);
    open.send_at = Some(now() + TimeDelta::hours(1));
    start(storage, &open).await;
    let forget = async |before| {
        let gone = forget_fanouts(&storage, &acme, before).await;
        gone.expect("removed")
    };
    let ended = progress(storage, &over).await.finished_at;
    let ended = ended.expect("it is over");
    assert_eq!(forget(ended).await, 0, "it is not older than itself");
    let past = ended + TimeDelta::seconds(1);
    let counted = storage.count_forgettable(&acme, past).await;
    assert_eq!(counted.expect("counted"), 1);
    assert_eq!(forget(past).await, 1);
    let counted = storage.count_forgettable(&acme, past).await;
    assert_eq!(counted.expect("counted"), 0);
    assert_eq!(storage.fanout(&acme, over.id).await.expect("asked"), None);
    assert_eq!(progress(storage, &open).await.status, FanoutStatus::Pending);
    assert_eq!(progress(storage, &theirs).await.status, FanoutStatus::Done);
}
