//! What a fan-out has made is recalled when it is cancelled, and nothing else is.

use std::sync::Arc;

use campanile_domain::{DeliveryState, FanoutStatus, UserId, Withdrawal};
use chrono::TimeDelta;

use super::super::fixture::{
    accept, fanout, finished, load, notification, now, one, plan, record, tenants,
};
use super::super::topics::users;
use super::play::{SMALL, progress, run, start, step, subscribe};
use super::recall_play::{all_cancelled, cancel, ends, kept, recall, recall_all};
use campanile_pipeline::{cancel_fanout, close_fanout};
use campanile_storage::{CancelFanout, FinishedDelivery, InboxFilter, Storage};

/// All of it, planned or not, from the newest to the oldest; what the inboxes show stays there.
pub async fn what_was_made_is_recalled(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let only_acme = std::slice::from_ref(&acme);
    subscribe(storage, &acme, &users(0..20)).await;
    let sent = fanout(&acme);
    start(storage, &sent).await;
    step(storage, SMALL).await.expect("something to do");
    let dispatch = one(plan(storage, only_acme).await.dispatches);
    step(storage, SMALL).await.expect("something to do");
    cancel(storage, &sent).await;
    let stands = progress(storage, &sent).await;
    assert_eq!((stands.expanded, stands.recalled), (14, 0));
    assert!(stands.recalling);
    let depth = storage.fanout_depth(now()).await.expect("counted");
    assert_eq!((depth.due, depth.recalls), (0, 1));

    let newest = recall(storage).await.expect("something to do");
    assert_eq!((&newest.tenant, newest.id), (&acme, sent.id));
    assert_eq!((newest.notifications, newest.finished), (7, false));
    assert_eq!(newest.cancelled.total(), 0, "none of it is planned yet");
    assert_eq!(newest.inboxes, users(7..14));
    let oldest = recall(storage).await.expect("something to do");
    assert_eq!((oldest.notifications, oldest.finished), (7, false));
    let reported: Vec<_> = oldest.cancelled.iter().collect();
    assert!(matches!(reported[..], [(_, Withdrawal::Cancelled, 7)]));
    assert_eq!(oldest.inboxes, users(0..7));
    let last = recall(storage).await.expect("its end");
    assert_eq!((last.notifications, last.finished), (0, true));
    assert_eq!(recall(storage).await, None);

    let over = progress(storage, &sent).await;
    assert_eq!((over.expanded, over.recalled), (14, 14));
    assert!(!over.recalling);
    let depth = storage.fanout_depth(now()).await.expect("counted");
    assert_eq!(depth.recalls, 0);
    let planned = plan(storage, only_acme).await;
    assert!(planned.dispatches.is_empty(), "{planned:?}");
    assert_eq!(planned.cancelled.total(), 7);
    let left = load(storage, &dispatch).await.expect("there");
    assert!(left.jobs.is_empty());
    for user in users(0..14) {
        let cancelled = (DeliveryState::Cancelled, Some("cancelled".to_owned()));
        assert_eq!(ends(storage, &acme, &user).await, [vec![cancelled]]);
    }
    all_cancelled(storage, &acme, &users(0..14)).await;
}

/// What was sent, or is dead, stays what it is; a retry that waits is cancelled. It does not matter that
/// the fan-out was done long ago: it is cancelled all the same.
pub async fn one_that_is_done_is_recalled_too(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..6)).await;
    let sent = fanout(&acme);
    start(storage, &sent).await;
    run(storage, SMALL).await;
    let planned = plan(storage, std::slice::from_ref(&acme)).await;
    let dispatch = one(planned.dispatches);
    let mut jobs = load(storage, &dispatch).await.expect("there").jobs;
    jobs.sort_by(|a, b| a.notification.user_id.cmp(&b.notification.user_id));
    let retrying = FinishedDelivery {
        next_attempt_at: Some(now() + TimeDelta::minutes(5)),
        ..finished(&jobs[2], DeliveryState::Retrying)
    };
    let results = vec![
        finished(&jobs[0], DeliveryState::Sent),
        finished(&jobs[1], DeliveryState::Dead),
        retrying,
    ];
    record(storage, None, results).await;
    assert_eq!(progress(storage, &sent).await.status, FanoutStatus::Done);
    let at = now();
    let outcome = cancel_fanout(&storage, &acme, sent.id, at).await;
    let Ok(Some(CancelFanout::Cancelled(stands))) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(stands.status, FanoutStatus::Cancelled);
    // Its term begins anew, so that it is not forgotten before it is cancelled.
    assert_eq!((stands.finished_at, stands.expanded), (Some(at), 6));
    assert_eq!(recall_all(storage).await, 4);
    let over = progress(storage, &sent).await;
    assert_eq!((over.recalled, over.recalling), (4, false));
    all_cancelled(storage, &acme, &users(2..6)).await;
    kept(storage, &acme, &users(0..2)).await;
    let of = async |user: &UserId| ends(storage, &acme, user).await.concat().remove(0).0;
    let [first, second] = [&users(0..1)[0], &users(1..2)[0]];
    assert_eq!(of(first).await, DeliveryState::Sent);
    assert_eq!(of(second).await, DeliveryState::Dead);
}

/// The same users hear of everything else: of other fan-outs, other tenants' and what was sent to them alone.
pub async fn nothing_else_is_recalled(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    for tenant in [&acme, &other] {
        subscribe(storage, tenant, &users(0..10)).await;
    }
    let [wrong, right, theirs] = [fanout(&acme), fanout(&acme), fanout(&other)];
    for one in [&wrong, &right, &theirs] {
        start(storage, one).await;
    }
    run(storage, SMALL).await;
    let alone = notification(&acme, "u00003");
    accept(storage, vec![alone.clone()]).await;
    let stranger = cancel_fanout(&storage, &other, wrong.id, now()).await;
    assert_eq!(stranger.expect("asked"), None);
    assert_eq!(recall(storage).await, None);
    cancel(storage, &wrong).await;
    assert_eq!(recall_all(storage).await, 10);
    let both = [acme.clone(), other.clone()];
    let planned = plan(storage, &both).await;
    assert_eq!(planned.cancelled.total(), 10);
    let mut leaves = 0;
    for dispatch in planned.dispatches {
        leaves += load(storage, &dispatch).await.expect("there").jobs.len();
    }
    assert_eq!(leaves, 10 + 10 + 1);
    for one in [&right, &theirs] {
        let stands = progress(storage, one).await;
        assert_eq!((stands.status, stands.recalled), (FanoutStatus::Done, 0));
    }
    let reported = storage.timeline(&acme, alone.id).await.expect("read");
    assert_eq!(reported.expect("there").cancelled_at, None);
}

/// Planned at the very moment when it is cancelled, in whatever order: no provider is called.
pub async fn a_plan_made_meanwhile_calls_nobody(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..5)).await;
    for round in 0..20 {
        let sent = fanout(&acme);
        start(storage, &sent).await;
        run(storage, SMALL).await;
        cancel(storage, &sent).await;
        let planning = plan(storage, std::slice::from_ref(&acme));
        let (planned, first) = tokio::join!(planning, recall(storage));
        assert_eq!(first.expect("its batch").notifications, 5, "round {round}");
        assert_eq!(recall_all(storage).await, 0);
        for dispatch in planned.dispatches {
            let loaded = load(storage, &dispatch).await.expect("there");
            for job in loaded.jobs {
                assert_eq!(
                    job.standing.withdrawn,
                    Some(Withdrawal::Cancelled),
                    "round {round}"
                );
            }
        }
    }
}

/// What is closed counts as read, whether it has left or not; deliveries that wait are cancelled.
pub async fn what_is_closed_is_read(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..4)).await;
    let [over, other] = [fanout(&acme), fanout(&acme)];
    for sent in [&over, &other] {
        start(storage, sent).await;
        run(storage, SMALL).await;
        let planned = plan(storage, std::slice::from_ref(&acme)).await;
        let dispatch = one(planned.dispatches);
        let mut jobs = load(storage, &dispatch).await.expect("there").jobs;
        jobs.sort_by(|a, b| a.notification.user_id.cmp(&b.notification.user_id));
        let sent = jobs[..2].iter();
        let sent = sent.map(|job| finished(job, DeliveryState::Sent)).collect();
        record(storage, None, sent).await;
    }
    let outcome = close_fanout(&storage, &acme, over.id, now()).await;
    assert!(
        matches!(outcome, Ok(Some(CancelFanout::Cancelled(_)))),
        "{outcome:?}"
    );
    let step = recall(storage).await.expect("something to do");
    assert_eq!((step.notifications, step.inboxes), (2, users(0..4)));
    assert_eq!(recall_all(storage).await, 0);
    let unread = InboxFilter {
        unread_only: true,
        ..InboxFilter::default()
    };
    for user in users(0..4) {
        let left = storage.inbox_count(&acme, &user, &unread, now()).await;
        assert_eq!(left.expect("counted").count, 1, "{user}: the other one");
    }
}
