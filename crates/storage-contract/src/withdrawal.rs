//! What users are done with is not delivered any more.

use std::sync::Arc;

use campanile_domain::{Delivery, DeliveryState, InboxChange, Notification, TenantId, Withdrawal};
use chrono::TimeDelta;

use super::fixture::{
    accept, dispatched, failed_once, finished, load, notification, now, one, plan, read_all,
    record, release, tenants, user,
};
use InboxChange::{Archive, Read, Seen, Snooze, Unread};
use campanile_pipeline::{change_notification, delete_notification, replay_dead_letters};
use campanile_storage::{
    Cancelled, DeadLetterFilter, FinishedDelivery, Job, Record, Start, Storage,
};

async fn change(
    storage: &Arc<dyn Storage>,
    of: &Notification,
    change: InboxChange,
) -> Vec<(Withdrawal, u64)> {
    let changed = change_notification(
        storage.as_ref(),
        &of.tenant,
        &of.user_id,
        of.id,
        change,
        now(),
    )
    .await;
    reported(changed.expect("changed").expect("there"))
}

fn reported(cancelled: Cancelled) -> Vec<(Withdrawal, u64)> {
    let reported = cancelled.iter().map(|(_, why, number)| (why, number));
    reported.collect()
}

async fn delivery(storage: &Arc<dyn Storage>, of: &Notification) -> Delivery {
    let reported = storage.timeline(&of.tenant, of.id).await.expect("read");
    reported.expect("there").deliveries.remove(0)
}

/// State and reason.
async fn end(storage: &Arc<dyn Storage>, of: &Notification) -> (DeliveryState, Option<String>) {
    let delivery = delivery(storage, of).await;
    (delivery.state, delivery.reason)
}

fn cancelled(why: &str) -> (DeliveryState, Option<String>) {
    (DeliveryState::Cancelled, Some(why.to_owned()))
}

/// Reading and archiving cancel what is in the queue; the message finds nothing.
pub async fn what_is_in_the_queue_is_cancelled(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let dispatch = dispatched(storage.as_ref(), &acme, &["read", "archived", "seen"]).await;
    let jobs = load(storage.as_ref(), &dispatch).await.expect("there").jobs;
    let of = |name: &str| -> Notification {
        let found = jobs
            .iter()
            .find(|job| job.notification.user_id == user(name));
        found.expect("planned").notification.clone()
    };
    let one = |why| vec![(why, 1)];
    assert_eq!(
        change(&storage, &of("read"), Read).await,
        one(Withdrawal::Read)
    );
    assert_eq!(change(&storage, &of("read"), Read).await, [], "once");
    let archived = change(&storage, &of("archived"), Archive).await;
    assert_eq!(archived, one(Withdrawal::Archived));
    for harmless in [
        Seen,
        Unread,
        Snooze {
            until: now() + TimeDelta::hours(1),
        },
    ] {
        assert_eq!(
            change(&storage, &of("seen"), harmless).await,
            [],
            "{harmless:?}"
        );
    }
    assert_eq!(end(&storage, &of("read")).await, cancelled("read"));
    assert_eq!(end(&storage, &of("archived")).await, cancelled("archived"));
    let left = load(storage.as_ref(), &dispatch).await.expect("there").jobs;
    let names: Vec<_> = left
        .iter()
        .map(|job| job.notification.user_id.as_str())
        .collect();
    assert_eq!(names, ["seen"]);
    let gone = &of("read");
    let job = jobs
        .iter()
        .find(|job| job.notification.id == gone.id)
        .expect("planned");
    let start = storage.start(&acme, gone.id, job.delivery_id, "a").await;
    assert_eq!(start.expect("answered"), Start::NotOpen);
    // Taking it back makes it unread, not to be pushed again.
    change(&storage, gone, Unread).await;
    assert_eq!(end(&storage, gone).await, cancelled("read"));
}

/// Of a deleted one nothing is left to do either.
pub async fn what_is_deleted_is_not_delivered(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let dispatch = dispatched(storage.as_ref(), &acme, &["u"]).await;
    let job = load(storage.as_ref(), &dispatch)
        .await
        .expect("there")
        .jobs
        .remove(0);
    let unplanned = notification(&acme, "u");
    accept(storage.as_ref(), vec![unplanned.clone()]).await;
    for (id, expected) in [(job.notification.id, 1), (unplanned.id, 0)] {
        let deleted = delete_notification(storage.as_ref(), &acme, &user("u"), id, now()).await;
        let cancelled = reported(deleted.expect("deleted").expect("there"));
        assert_eq!(cancelled.len(), expected);
    }
    assert!(
        load(storage.as_ref(), &dispatch)
            .await
            .expect("there")
            .jobs
            .is_empty()
    );
    let planned = plan(storage.as_ref(), std::slice::from_ref(&acme)).await;
    assert!(planned.dispatches.is_empty());
    assert_eq!(reported(planned.cancelled), [(Withdrawal::Deleted, 1)]);
}

/// A retry that waits is cancelled at once, and nothing is made of it when its time comes.
pub async fn a_retry_that_waits_is_cancelled(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let due = now() + TimeDelta::minutes(5);
    let job = failed_once(&storage, notification(&acme, "u"), due).await;
    let read = read_all(storage.as_ref(), &acme, &user("u"), None, now()).await;
    assert_eq!(reported(read.cancelled), [(Withdrawal::Read, 1)]);
    let delivery = delivery(&storage, &job.notification).await;
    assert_eq!((delivery.state, delivery.reason), cancelled("read"));
    assert_eq!(delivery.next_attempt_at, None);
    assert_eq!(
        delivery.attempts.len(),
        1,
        "earlier attempts are still shown"
    );
    let released = release(storage.as_ref(), due).await;
    assert!(released.dispatches.is_empty());
    let rest = storage.depth(now()).await.expect("counted");
    assert_eq!((rest.scheduled, rest.dispatched), (0, 0));
}

/// Read between the accept and the plan: the plan says so and queues nothing.
pub async fn what_was_read_before_its_plan_is_planned_as_cancelled(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let (read, unread) = (notification(&acme, "u"), notification(&acme, "u"));
    accept(storage.as_ref(), vec![read.clone(), unread.clone()]).await;
    assert_eq!(change(&storage, &read, Read).await, []);
    let planned = plan(storage.as_ref(), std::slice::from_ref(&acme)).await;
    assert_eq!(planned.notifications, 2);
    assert_eq!(reported(planned.cancelled), [(Withdrawal::Read, 1)]);
    let jobs = load(storage.as_ref(), &one(planned.dispatches)).await;
    let jobs = jobs.expect("there").jobs;
    assert_eq!(jobs.len(), 1);
    assert_eq!(
        (jobs[0].notification.id, jobs[0].standing.withdrawn),
        (unread.id, None)
    );
    assert_eq!(end(&storage, &read).await, cancelled("read"));
}

/// A dead letter is replayed after its notification was read: it is not tried again.
pub async fn a_replayed_one_that_was_read_is_cancelled_when_it_is_due(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let dispatch = dispatched(storage.as_ref(), &acme, &["u"]).await;
    let job = load(storage.as_ref(), &dispatch)
        .await
        .expect("there")
        .jobs
        .remove(0);
    let dead = finished(&job, DeliveryState::Dead);
    record(storage.as_ref(), Some(&dispatch), vec![dead]).await;
    assert_eq!(change(&storage, &job.notification, Read).await, []);
    assert_eq!(
        delivery(&storage, &job.notification).await.state,
        DeliveryState::Dead
    );
    let (all, due) = (DeadLetterFilter::default(), now());
    let replayed = replay_dead_letters(storage.as_ref(), &acme, &all, due, 10).await;
    assert_eq!(replayed.expect("replayed"), 1);
    let released = release(storage.as_ref(), due).await;
    assert!(released.dispatches.is_empty());
    assert_eq!(reported(released.cancelled), [(Withdrawal::Read, 1)]);
    assert_eq!(end(&storage, &job.notification).await, cancelled("read"));
}

async fn in_flight(storage: &Arc<dyn Storage>, tenant: &TenantId) -> Job {
    let dispatch = dispatched(storage.as_ref(), tenant, &["u"]).await;
    let job = load(storage.as_ref(), &dispatch)
        .await
        .expect("there")
        .jobs
        .remove(0);
    assert_eq!(change(storage, &job.notification, Read).await.len(), 1);
    job
}

/// The call had begun: its outcome is recorded, delivered is delivered, and nothing is tried again.
pub async fn a_call_under_way_is_not_recalled(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let job = in_flight(&storage, &acme).await;
    record(
        storage.as_ref(),
        None,
        vec![finished(&job, DeliveryState::Sent)],
    )
    .await;
    let sent = delivery(&storage, &job.notification).await;
    assert_eq!((sent.state, sent.reason), (DeliveryState::Sent, None));
    assert_eq!(sent.attempts.len(), 1);
    assert_eq!(change(&storage, &job.notification, Read).await, [], "final");

    for state in [
        DeliveryState::Retrying,
        DeliveryState::Dead,
        DeliveryState::Deferred,
    ] {
        let job = in_flight(&storage, &acme).await;
        let result = FinishedDelivery {
            next_attempt_at: (state != DeliveryState::Dead).then(now),
            reason: Some("late".into()),
            ..finished(&job, state)
        };
        record(storage.as_ref(), None, vec![result]).await;
        assert_eq!(
            end(&storage, &job.notification).await,
            cancelled("read"),
            "{state}"
        );
        let reported = delivery(&storage, &job.notification).await;
        assert_eq!(reported.attempts.len(), 1, "{state}");
        assert_eq!(reported.next_attempt_at, None, "{state}");
    }
    assert_eq!(storage.depth(now()).await.expect("counted").scheduled, 0);
    let buried = storage
        .dead_letters(&acme, &DeadLetterFilter::default(), None, 1)
        .await;
    assert_eq!(buried.expect("read").total, 0, "cancelled, not dead");
}

/// Reading and planning at the same moment, in whatever order: no provider is called.
pub async fn a_plan_made_while_it_is_read_calls_nobody(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    for round in 0..40 {
        let made = notification(&acme, "u");
        accept(storage.as_ref(), vec![made.clone()]).await;
        let planning = plan(storage.as_ref(), std::slice::from_ref(&acme));
        let (planned, _) = tokio::join!(planning, change(&storage, &made, Read));
        for dispatch in planned.dispatches {
            let loaded = load(storage.as_ref(), &dispatch).await.expect("there");
            for job in loaded.jobs {
                assert_eq!(
                    job.standing.withdrawn,
                    Some(Withdrawal::Read),
                    "round {round}"
                );
            }
        }
    }
}

/// Users read while workers record the same deliveries: both come through, time and again.
pub async fn a_read_all_and_a_record_pass_each_other(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    for _ in 0..5 {
        let made: Vec<_> = (0..100).map(|_| notification(&acme, "u")).collect();
        accept(storage.as_ref(), made.clone()).await;
        let planned = plan(storage.as_ref(), std::slice::from_ref(&acme)).await;
        let mut jobs = Vec::new();
        for dispatch in &planned.dispatches {
            jobs.extend(load(storage.as_ref(), dispatch).await.expect("there").jobs);
        }
        assert_eq!(jobs.len(), made.len());
        let reading = async { read_all(storage.as_ref(), &acme, &user("u"), None, now()).await };
        let recording = async {
            // Backwards: the order of a batch is chance.
            for some in jobs.rchunks(50) {
                let open = some.iter().rev().map(|job| FinishedDelivery {
                    attempt: None,
                    ..finished(job, DeliveryState::Queued)
                });
                let batch = Record {
                    deliveries: open.collect(),
                    finished: Vec::new(),
                    at: now(),
                };
                campanile_pipeline::record(&storage, batch)
                    .await
                    .expect("recorded");
            }
        };
        let (read, ()) = tokio::join!(reading, recording);
        assert_eq!(read.updated, 100);
        for one in &made {
            assert_eq!(
                delivery(&storage, one).await.state,
                DeliveryState::Cancelled
            );
        }
    }
}
