//! What its sender cancelled is not delivered any more.

use std::sync::Arc;

use campanile_domain::{DeliveryState, InboxChange, Notification, NotificationId, Withdrawal};
use chrono::{DateTime, TimeDelta, Utc};

use super::fixture::{
    accept, dispatched, failed_once, finished, load, notification, now, one, plan, record, release,
    tenants, user,
};
use campanile_pipeline::{cancel_notification, change_notification, delete_notification};
use campanile_storage::{CancelOutcome, InboxFilter, PageSize, PageStart, Storage};

async fn cancel(storage: &Arc<dyn Storage>, of: &Notification) -> CancelOutcome {
    let outcome = cancel_notification(storage.as_ref(), &of.tenant, of.id, now()).await;
    outcome.expect("answered").expect("there")
}

/// State and reason of all its deliveries.
async fn ends(
    storage: &Arc<dyn Storage>,
    of: &Notification,
) -> Vec<(DeliveryState, Option<String>)> {
    let reported = storage.timeline(&of.tenant, of.id).await.expect("read");
    let deliveries = reported.expect("there").deliveries.into_iter();
    deliveries.map(|one| (one.state, one.reason)).collect()
}

fn cancelled() -> Vec<(DeliveryState, Option<String>)> {
    vec![(DeliveryState::Cancelled, Some("cancelled".to_owned()))]
}

async fn shown(storage: &Arc<dyn Storage>, of: &Notification, at: DateTime<Utc>) -> u64 {
    let (filter, user) = (InboxFilter::default(), &of.user_id);
    let count = storage.inbox_count(&of.tenant, user, &filter, at).await;
    let page = storage
        .inbox_page(
            &of.tenant,
            user,
            &filter,
            PageStart::Offset(0),
            PageSize::rows(10),
            at,
        )
        .await;
    let (count, page) = (count.expect("counted").count, page.expect("read"));
    assert_eq!((page.items.len() as u64, page.total), (count, count));
    count
}

/// One that is in the queue: its message finds nothing, and the inbox keeps what it showed.
pub async fn what_is_in_the_queue_is_stopped(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let dispatch = dispatched(storage.as_ref(), &acme, &["u"]).await;
    let loaded = load(storage.as_ref(), &dispatch).await.expect("there");
    let of = &loaded.jobs[0].notification;
    for (tenant, id) in [(&other, of.id), (&acme, NotificationId::at(now()))] {
        let stranger = cancel_notification(storage.as_ref(), tenant, id, now()).await;
        assert_eq!(stranger.expect("answered"), None);
        assert_eq!(storage.recipient(tenant, id).await.expect("read"), None);
    }
    let recipient = storage.recipient(&acme, of.id).await;
    assert_eq!(recipient.expect("read"), Some(user("u")));

    let stopped = cancel(&storage, of).await;
    assert_eq!(stopped.stopped(), 1, "{stopped:?}");
    assert_eq!(ends(&storage, of).await, cancelled());
    let left = load(storage.as_ref(), &dispatch).await.expect("there");
    assert!(left.jobs.is_empty());
    assert_eq!(shown(&storage, of, now()).await, 1);
    let reported = storage.timeline(&acme, of.id).await.expect("read");
    let first = reported.expect("there").cancelled_at;
    assert!(first.is_some());

    let again = cancel(&storage, of).await;
    assert!(matches!(again, CancelOutcome::Stopped { .. }), "{again:?}");
    assert_eq!(again.stopped(), 0, "a repetition stops nothing more");
    let reported = storage.timeline(&acme, of.id).await.expect("read");
    assert_eq!(reported.expect("there").cancelled_at, first);
}

/// One that waits for its `send_at` is never shown and never sent; nobody can change it either. Its plan
/// does not wait for that moment: until then it would be counted as waiting, and kept.
pub async fn what_is_for_later_never_appears(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let mut later = notification(&acme, "u");
    let due = later.created_at + TimeDelta::minutes(10);
    later.send_at = Some(due);
    accept(storage.as_ref(), vec![later.clone()]).await;
    let stopped = cancel(&storage, &later).await;
    assert_eq!(stopped.stopped(), 1, "{stopped:?}");
    assert_eq!(cancel(&storage, &later).await.stopped(), 0);

    let after = due + TimeDelta::seconds(1);
    let (who, all) = (user("u"), InboxFilter::default());
    let counted = storage.inbox_count(&acme, &who, &all, now()).await;
    assert_eq!(counted.expect("counted").changes_at, None);
    let soon = now() + TimeDelta::seconds(1);
    let released = release(storage.as_ref(), soon).await;
    assert_eq!(released.notifications, 1);
    let planned = plan(storage.as_ref(), std::slice::from_ref(&acme)).await;
    assert!(planned.dispatches.is_empty(), "{planned:?}");
    let left = storage.depth(now()).await.expect("counted");
    assert_eq!((left.outbox, left.scheduled), (0, 0));
    let reported: Vec<_> = planned
        .cancelled
        .iter()
        .map(|(_, why, n)| (why, n))
        .collect();
    assert_eq!(reported, [(Withdrawal::Cancelled, 1)]);
    assert_eq!(ends(&storage, &later).await, cancelled());
    assert_eq!(shown(&storage, &later, after).await, 0);
    let read = change_notification(
        storage.as_ref(),
        &acme,
        &user("u"),
        later.id,
        InboxChange::Read,
        after,
    )
    .await;
    assert!(read.expect("answered").is_none());
}

/// Cancelling and the moment of `send_at` at once, in whatever order: no provider is called, nothing waits.
pub async fn what_falls_due_while_it_is_cancelled_calls_nobody(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    for round in 0..20 {
        let mut later = notification(&acme, "u");
        let due = later.created_at + TimeDelta::minutes(10);
        later.send_at = Some(due);
        accept(storage.as_ref(), vec![later.clone()]).await;
        let releasing = || release(storage.as_ref(), due);
        let (released, outcome) = tokio::join!(releasing(), cancel(&storage, &later));
        // A row that the cancel was just changing is left to the next turn.
        let again = releasing().await.notifications;
        assert_eq!(released.notifications + again, 1);
        assert_eq!(outcome.stopped(), 1, "round {round}: {outcome:?}");
        let planned = plan(storage.as_ref(), std::slice::from_ref(&acme)).await;
        assert!(planned.dispatches.is_empty(), "round {round}: {planned:?}");
        assert_eq!(ends(&storage, &later).await, cancelled());
        assert_eq!(storage.depth(now()).await.expect("counted").scheduled, 0);
    }
}

/// One that was accepted a moment ago and has no plan yet: the plan queues nothing.
pub async fn what_is_not_planned_yet_is_planned_as_cancelled(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let (stopped, wanted) = (notification(&acme, "u"), notification(&acme, "u"));
    accept(storage.as_ref(), vec![wanted.clone(), stopped.clone()]).await;
    assert_eq!(cancel(&storage, &stopped).await.stopped(), 1);
    let planned = plan(storage.as_ref(), std::slice::from_ref(&acme)).await;
    let jobs = load(storage.as_ref(), &one(planned.dispatches)).await;
    let jobs = jobs.expect("there").jobs;
    let ids: Vec<_> = jobs.iter().map(|job| job.notification.id).collect();
    assert_eq!(ids, [wanted.id]);
    assert_eq!(ends(&storage, &stopped).await, cancelled());
    assert_eq!(shown(&storage, &wanted, now()).await, 2);
}

/// A retry that waits goes as well.
pub async fn a_retry_that_waits_is_stopped(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let due = now() + TimeDelta::minutes(5);
    let job = failed_once(&storage, notification(&acme, "u"), due).await;
    assert_eq!(cancel(&storage, &job.notification).await.stopped(), 1);
    let released = release(storage.as_ref(), due).await;
    assert!(released.dispatches.is_empty());
    assert_eq!(ends(&storage, &job.notification).await, cancelled());
    assert_eq!(storage.depth(now()).await.expect("counted").scheduled, 0);
}

/// Of what was sent, or died, or had nothing to send, nothing is left to stop, and nothing changes.
pub async fn what_has_left_is_not_stopped(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    for state in [DeliveryState::Sent, DeliveryState::Dead] {
        let dispatch = dispatched(storage.as_ref(), &acme, &["u"]).await;
        let loaded = load(storage.as_ref(), &dispatch).await.expect("there");
        let job = &loaded.jobs[0];
        record(
            storage.as_ref(),
            Some(&dispatch),
            vec![finished(job, state)],
        )
        .await;
        let outcome = cancel(&storage, &job.notification).await;
        assert_eq!(outcome, CancelOutcome::TooLate, "{state}");
        assert_eq!(outcome.stopped(), 0);
        assert_eq!(ends(&storage, &job.notification).await, [(state, None)]);
        let reported = storage.timeline(&acme, job.notification.id).await;
        assert_eq!(reported.expect("read").expect("there").cancelled_at, None);
    }
    let silent = notification(&acme, "u");
    accept(storage.as_ref(), vec![silent.clone()]).await;
    plan(storage.as_ref(), &[]).await;
    assert_eq!(cancel(&storage, &silent).await, CancelOutcome::TooLate);
    let deleted = delete_notification(storage.as_ref(), &acme, &user("u"), silent.id, now()).await;
    assert!(deleted.expect("deleted").is_some());
    let gone = cancel_notification(storage.as_ref(), &acme, silent.id, now()).await;
    assert_eq!(gone.expect("answered"), None);
}

/// Cancelling and planning at the same moment, in whatever order: no provider is called.
pub async fn a_plan_made_while_it_is_cancelled_calls_nobody(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    for round in 0..40 {
        let made = notification(&acme, "u");
        accept(storage.as_ref(), vec![made.clone()]).await;
        let planning = plan(storage.as_ref(), std::slice::from_ref(&acme));
        let (planned, outcome) = tokio::join!(planning, cancel(&storage, &made));
        assert!(outcome.stopped() >= 1, "round {round}: {outcome:?}");
        for dispatch in planned.dispatches {
            let loaded = load(storage.as_ref(), &dispatch).await.expect("there");
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
