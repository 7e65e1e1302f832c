//! Quiet hours defer deliveries.

use std::sync::Arc;

use campanile_domain::{Channel, DeliveryState, Priority};
use campanile_pipeline::change_notification;
use campanile_storage::{FinishedDelivery, Storage};
use chrono::TimeDelta;

use super::play::{choose, deferred, delivery, device, morning, night, plan, reported};
use crate::fixture::{
    accept, failed_once, finished, load, notification, now, one, record, release, tenants, user,
};

/// What disturbs waits for the morning and then leaves; what does not disturb leaves at once; what is
/// critical does too.
pub async fn quiet_hours_hold_back_until_the_morning(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let (asked, wakes_at) = (now(), morning(now()));
    choose(storage, &acme, "u", &night(asked, None)).await;
    let sent = deferred(storage, &acme, "u").await;
    let waits = delivery(storage, &sent, Channel::Push).await;
    let night = (DeliveryState::Deferred, Some("quiet_hours"), Some(wakes_at));
    assert_eq!(reported(&waits), night);
    assert_eq!(waits.deferrals.len(), 1);
    let hook = delivery(storage, &sent, Channel::Webhook).await;
    assert_eq!(hook.state, DeliveryState::Queued);
    assert_eq!(hook.deferrals, []);

    let early = release(storage, wakes_at - TimeDelta::seconds(1)).await;
    assert!(early.dispatches.is_empty());
    let released = one(release(storage, wakes_at).await.dispatches);
    assert_eq!(released.channel, Channel::Push);
    let job = load(storage, &released)
        .await
        .expect("there")
        .jobs
        .remove(0);
    assert_eq!((job.delivery_id, job.attempts_made), (waits.id, 0));
    record(
        storage,
        Some(&released),
        vec![finished(&job, DeliveryState::Sent)],
    )
    .await;
    let sent_at_last = delivery(storage, &sent, Channel::Push).await;
    assert_eq!(sent_at_last.state, DeliveryState::Sent);
    assert_eq!(sent_at_last.deferrals, waits.deferrals, "its story stays");

    let mut urgent = notification(&acme, "u");
    urgent.priority = Priority::Critical;
    accept(storage, vec![urgent.clone()]).await;
    assert_eq!(plan(storage, &acme, asked).await.dispatches.len(), 2);
}

/// It neither waits for the morning nor leaves.
pub async fn a_deadline_in_the_night_expires_on_time(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    choose(storage, &acme, "u", &night(now(), None)).await;
    device(storage, &acme, "u").await;
    let mut short = notification(&acme, "u");
    let deadline = short.created_at + TimeDelta::minutes(30);
    short.expires_at = Some(deadline);
    accept(storage, vec![short.clone()]).await;
    plan(storage, &acme, now()).await;
    let waits = delivery(storage, &short, Channel::Push).await;
    assert_eq!(waits.next_attempt_at, Some(deadline));
    assert!(release(storage, deadline).await.dispatches.is_empty());
    let over = delivery(storage, &short, Channel::Push).await;
    let expired = (DeliveryState::Expired, Some("deadline_passed"), None);
    assert_eq!(reported(&over), expired);
}

/// With its attempts, and with each night in its story.
pub async fn a_retry_that_falls_due_at_night_waits(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    device(storage.as_ref(), &acme, "u").await;
    let mut push = notification(&acme, "u");
    push.channels = Some(vec![Channel::Push]);
    let due = now() + TimeDelta::seconds(5);
    accept(storage.as_ref(), vec![push.clone()]).await;
    let dispatch = one(plan(storage.as_ref(), &acme, now()).await.dispatches);
    let loaded = load(storage.as_ref(), &dispatch).await.expect("there");
    let failed = FinishedDelivery {
        next_attempt_at: Some(due),
        ..finished(&loaded.jobs[0], DeliveryState::Retrying)
    };
    record(storage.as_ref(), Some(&dispatch), vec![failed]).await;
    choose(storage.as_ref(), &acme, "u", &night(due, None)).await;

    let released = release(storage.as_ref(), due).await;
    assert!(released.dispatches.is_empty());
    let reasons: Vec<_> = released.deferred.iter().collect();
    assert_eq!(reasons, [(Channel::Push, "quiet_hours", 1)]);
    let waits = delivery(storage.as_ref(), &push, Channel::Push).await;
    assert_eq!(waits.state, DeliveryState::Deferred);
    assert_eq!((waits.attempts.len(), waits.deferrals.len()), (1, 1));
    let wakes_at = waits.next_attempt_at.expect("a moment");
    choose(storage.as_ref(), &acme, "u", &night(wakes_at, None)).await;
    assert!(
        release(storage.as_ref(), wakes_at)
            .await
            .dispatches
            .is_empty()
    );
    let again = delivery(storage.as_ref(), &push, Channel::Push).await;
    assert_eq!((again.attempts.len(), again.deferrals.len()), (1, 2));
    let morning = again.next_attempt_at.expect("a moment");
    assert!(morning > wakes_at);
    assert_eq!(release(storage.as_ref(), morning).await.dispatches.len(), 1);
}

/// A webhook has no night, whatever its user's is.
pub async fn a_retry_of_what_does_not_disturb_leaves_at_night(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let due = now() + TimeDelta::seconds(5);
    failed_once(&storage, notification(&acme, "u"), due).await;
    choose(storage.as_ref(), &acme, "u", &night(due, None)).await;
    assert_eq!(release(storage.as_ref(), due).await.dispatches.len(), 1);
}

/// A user who has read it in the night gets nothing in the morning.
pub async fn what_waits_is_cancelled_when_it_is_read(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    choose(storage, &acme, "u", &night(now(), None)).await;
    let sent = deferred(storage, &acme, "u").await;
    let read = campanile_domain::InboxChange::Read;
    let reader = user("u");
    let change = change_notification(storage, &acme, &reader, sent.id, read, now());
    assert!(change.await.expect("changed").is_some());
    assert!(release(storage, morning(now())).await.dispatches.is_empty());
    let over = delivery(storage, &sent, Channel::Push).await;
    assert_eq!(
        reported(&over),
        (DeliveryState::Cancelled, Some("read"), None)
    );
}
