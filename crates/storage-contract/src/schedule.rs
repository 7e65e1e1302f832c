//! What waits for its time.

use std::sync::Arc;

use campanile_domain::{Channel, DeliveryState};
use chrono::TimeDelta;

use super::fixture::{
    accept, dispatched, failed_once, finished, load, notification, now, one, plan, record, release,
    tenants,
};
use campanile_storage::{Expedite, FinishedDelivery, RelayLimits, ReleaseLimits, Storage};

/// Not planned before, not in the inbox before, planned once after.
pub async fn what_is_for_later_waits_for_its_moment(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let mut later = notification(&acme, "u");
    let due = later.created_at + TimeDelta::minutes(10);
    later.send_at = Some(due);
    accept(storage.as_ref(), vec![later.clone()]).await;
    assert_eq!(plan(storage.as_ref(), &[]).await.notifications, 0);
    let waiting = storage.depth(now()).await.expect("counted");
    assert_eq!((waiting.outbox, waiting.scheduled), (0, 1));
    let early = release(storage.as_ref(), due - TimeDelta::seconds(1)).await;
    assert_eq!(early.notifications, 0);
    let released = release(storage.as_ref(), due).await;
    assert_eq!((released.notifications, released.dispatches.len()), (1, 0));
    assert_eq!(release(storage.as_ref(), due).await.notifications, 0);
    let planned = plan(storage.as_ref(), std::slice::from_ref(&acme)).await;
    assert_eq!((planned.notifications, planned.dispatches.len()), (1, 1));
}

/// With the delivery's own id and its attempts so far.
pub async fn a_retry_becomes_a_new_dispatch(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let due = now() + TimeDelta::seconds(5);
    let job = failed_once(&storage, notification(&acme, "u"), due).await;
    let early = release(storage.as_ref(), due - TimeDelta::milliseconds(1)).await;
    assert!(early.dispatches.is_empty());
    let dispatch = one(release(storage.as_ref(), due).await.dispatches);
    let again = load(storage.as_ref(), &dispatch)
        .await
        .expect("there")
        .jobs
        .remove(0);
    assert_eq!(
        (again.delivery_id, again.attempts_made),
        (job.delivery_id, 1)
    );
    assert_eq!(storage.depth(now()).await.expect("counted").scheduled, 0);
}

/// Its last word is `expired: deadline_passed`.
pub async fn a_retry_past_its_deadline_expires(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let due = now() + TimeDelta::minutes(5);
    let mut short = notification(&acme, "u");
    short.expires_at = Some(due - TimeDelta::seconds(1));
    let job = failed_once(&storage, short, due).await;
    let released = release(storage.as_ref(), due).await;
    assert!(released.dispatches.is_empty());
    let reported = storage
        .timeline(&acme, job.notification.id)
        .await
        .expect("read")
        .expect("there");
    let delivery = &reported.deliveries[0];
    assert_eq!(delivery.state, DeliveryState::Expired);
    assert_eq!(delivery.reason.as_deref(), Some("deadline_passed"));
    assert_eq!(delivery.next_attempt_at, None);
    assert_eq!(delivery.attempts.len(), 1);
}

/// A result that comes late takes the retry away with it.
pub async fn a_retry_of_a_closed_delivery_is_dropped(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let due = now() + TimeDelta::seconds(5);
    let job = failed_once(&storage, notification(&acme, "u"), due).await;
    record(
        storage.as_ref(),
        None,
        vec![finished(&job, DeliveryState::Sent)],
    )
    .await;
    let released = release(storage.as_ref(), due).await;
    assert!(released.dispatches.is_empty());
    assert_eq!(storage.depth(now()).await.expect("counted").scheduled, 0);
}

/// A tenant with much that is due does not keep another's waiting.
pub async fn release_takes_turns_among_tenants(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let due = now() + TimeDelta::seconds(5);
    let many: Vec<String> = (0..20).map(|n| format!("u{n}")).collect();
    for (tenant, users, due) in [
        (
            &acme,
            many.iter().map(String::as_str).collect::<Vec<_>>(),
            due,
        ),
        (&other, vec!["u"], due + TimeDelta::seconds(1)),
    ] {
        let dispatch = dispatched(storage.as_ref(), tenant, &users).await;
        let jobs = load(storage.as_ref(), &dispatch).await.expect("there").jobs;
        let retry = |job| FinishedDelivery {
            next_attempt_at: Some(due),
            ..finished(job, DeliveryState::Retrying)
        };
        record(
            storage.as_ref(),
            Some(&dispatch),
            jobs.iter().map(retry).collect(),
        )
        .await;
    }
    let four = ReleaseLimits {
        rows: 4,
        window_per_tenant: RelayLimits::default().window_per_tenant,
        dispatch_size: 64,
    };
    let turn = campanile_pipeline::release(&storage, four, due + TimeDelta::seconds(2))
        .await
        .expect("released");
    assert!(turn.more);
    assert!(
        turn.dispatches.iter().any(|d| d.tenant == other),
        "{turn:?}"
    );
    let released: usize = turn.dispatches.iter().map(|d| d.size).sum();
    // An even share may leave a place free.
    assert!((3..=4).contains(&released), "{turn:?}");
}

/// Of its tenant and channel, for such a reason, as many as asked for, and no retry among them.
pub async fn what_was_deferred_is_brought_forward(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let (now, within) = (now(), TimeDelta::seconds(10));
    let due = now + TimeDelta::minutes(5);
    for (tenant, users) in [(&acme, &["a", "b", "c", "d"][..]), (&other, &["x"])] {
        let dispatch = dispatched(storage.as_ref(), tenant, users).await;
        let jobs = load(storage.as_ref(), &dispatch).await.expect("there").jobs;
        let mut results = Vec::new();
        for job in &jobs {
            let (state, reason) = match job.notification.user_id.as_str() {
                "c" => (DeliveryState::Retrying, "no_account"),
                "d" => (DeliveryState::Deferred, "quiet_hours"),
                _ => (DeliveryState::Deferred, "no_account"),
            };
            results.push(FinishedDelivery {
                attempt: None,
                reason: Some(reason.into()),
                next_attempt_at: Some(due),
                ..finished(job, state)
            });
        }
        record(storage.as_ref(), Some(&dispatch), results).await;
    }
    let what = |channel, limit| Expedite {
        tenant: &acme,
        channel,
        reasons: &["breaker_open", "no_account"],
        now,
        within,
        limit,
    };
    let expedited = async |channel, limit| {
        let expedited = storage.expedite(&what(channel, limit)).await;
        expedited.expect("asked")
    };
    assert_eq!(expedited(Channel::Push, 10).await, 0);
    assert_eq!(expedited(Channel::Webhook, 0).await, 0);
    assert_eq!(expedited(Channel::Webhook, 10).await, 2);
    assert_eq!(
        expedited(Channel::Webhook, 10).await,
        0,
        "they are due soon"
    );
    let soon = release(storage.as_ref(), now + within).await;
    let soon = one(soon.dispatches);
    assert_eq!((&soon.tenant, soon.size), (&acme, 2));
    let rest = release(storage.as_ref(), due).await;
    let released: usize = rest.dispatches.iter().map(|d| d.size).sum();
    assert_eq!(released, 3, "the others keep their time");
}
