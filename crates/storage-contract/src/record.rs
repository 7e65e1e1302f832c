//! Recording results of attempts.

use std::sync::Arc;

use campanile_domain::{Deferral, DeliveryState, TenantId};
use chrono::TimeDelta;

use super::fixture::{
    accept, dispatched, failed_once, finished, load, notification, now, one, only_job, plan,
    record, release, tenants,
};
use campanile_storage::{FinishedDelivery, Job, Start, Storage, TimelineRecord};

async fn timeline(storage: &Arc<dyn Storage>, tenant: &TenantId, job: &Job) -> TimelineRecord {
    storage
        .timeline(tenant, job.notification.id)
        .await
        .expect("read")
        .expect("there")
}

/// State, attempt, and no dispatch left.
pub async fn a_success_ends_delivery_and_dispatch(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let dispatch = dispatched(storage.as_ref(), &acme, &["u"]).await;
    let job = load(storage.as_ref(), &dispatch)
        .await
        .expect("there")
        .jobs
        .remove(0);
    let result = finished(&job, DeliveryState::Sent);
    record(storage.as_ref(), Some(&dispatch), vec![result.clone()]).await;
    assert!(load(storage.as_ref(), &dispatch).await.is_none());
    let reported = timeline(&storage, &acme, &job).await;
    assert_eq!(reported.deliveries[0].state, DeliveryState::Sent);
    assert_eq!(
        reported.deliveries[0].attempts,
        [result.attempt.expect("made")]
    );
    assert_eq!(
        storage.depth(now()).await.expect("counted"),
        campanile_storage::Depth::default()
    );
}

/// Retry, then death with its reason: two attempts, oldest first.
pub async fn attempts_are_appended_in_order(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let due = now() + TimeDelta::seconds(1);
    let job = failed_once(&storage, notification(&acme, "u"), due).await;
    let reported = timeline(&storage, &acme, &job).await;
    assert_eq!(reported.deliveries[0].state, DeliveryState::Retrying);
    assert_eq!(reported.deliveries[0].next_attempt_at, Some(due));
    let released = release(storage.as_ref(), due).await.dispatches.remove(0);
    let job = load(storage.as_ref(), &released)
        .await
        .expect("there")
        .jobs
        .remove(0);
    let result = FinishedDelivery {
        reason: Some("attempts_exhausted".into()),
        ..finished(&job, DeliveryState::Dead)
    };
    record(storage.as_ref(), Some(&released), vec![result]).await;
    let reported = timeline(&storage, &acme, &job).await;
    let delivery = &reported.deliveries[0];
    assert_eq!(delivery.state, DeliveryState::Dead);
    assert_eq!(delivery.reason.as_deref(), Some("attempts_exhausted"));
    assert_eq!(delivery.next_attempt_at, None);
    assert_eq!(
        delivery
            .attempts
            .iter()
            .map(|a| a.number)
            .collect::<Vec<_>>(),
        [1, 2]
    );
}

/// A late failure adds its attempt and changes nothing else.
pub async fn a_final_state_is_never_reopened(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let dispatch = dispatched(storage.as_ref(), &acme, &["u"]).await;
    let job = load(storage.as_ref(), &dispatch)
        .await
        .expect("there")
        .jobs
        .remove(0);
    record(
        storage.as_ref(),
        None,
        vec![finished(&job, DeliveryState::Sent)],
    )
    .await;
    let late = FinishedDelivery {
        next_attempt_at: Some(now()),
        reason: Some("late".into()),
        ..finished(&job, DeliveryState::Retrying)
    };
    record(storage.as_ref(), None, vec![late]).await;
    let reported = timeline(&storage, &acme, &job).await;
    let delivery = &reported.deliveries[0];
    assert_eq!(
        (delivery.state, delivery.reason.as_deref()),
        (DeliveryState::Sent, None)
    );
    assert_eq!(delivery.attempts.len(), 2);
    assert_eq!(storage.depth(now()).await.expect("counted").scheduled, 0);
}

/// Starts without an end are counted until an end is recorded; a closed delivery is not started.
pub async fn starts_are_counted_and_cleared(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let due = now() + TimeDelta::seconds(1);
    let dispatch = dispatched(storage.as_ref(), &acme, &["u"]).await;
    let job = load(storage.as_ref(), &dispatch)
        .await
        .expect("there")
        .jobs
        .remove(0);
    let start = |tenant: &TenantId| {
        let (storage, tenant, job) = (Arc::clone(&storage), tenant.clone(), job.clone());
        async move {
            let started = storage
                .start(&tenant, job.notification.id, job.delivery_id, "a")
                .await;
            started.expect("answered")
        }
    };
    assert_eq!(start(&acme).await, Start::Started { unfinished: 1 });
    assert_eq!(start(&acme).await, Start::Started { unfinished: 2 });
    assert_eq!(start(&other).await, Start::NotOpen, "another tenant's id");
    let retry = FinishedDelivery {
        next_attempt_at: Some(due),
        ..finished(&job, DeliveryState::Retrying)
    };
    let again = load(storage.as_ref(), &dispatch)
        .await
        .expect("there")
        .jobs
        .remove(0);
    assert_eq!(again.unfinished_starts, 2);
    record(storage.as_ref(), None, vec![retry]).await;
    assert_eq!(
        start(&acme).await,
        Start::NotOpen,
        "it waits for its next try"
    );
    let released = release(storage.as_ref(), due).await.dispatches.remove(0);
    let again = load(storage.as_ref(), &released)
        .await
        .expect("there")
        .jobs
        .remove(0);
    assert_eq!(again.unfinished_starts, 0);
    assert_eq!(start(&acme).await, Start::Started { unfinished: 1 });
    record(
        storage.as_ref(),
        None,
        vec![finished(&job, DeliveryState::Sent)],
    )
    .await;
    assert_eq!(start(&acme).await, Start::NotOpen);
}

/// Half a dispatch is recorded, the worker dies, the rest is loaded.
pub async fn a_recorded_delivery_is_not_loaded_again(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let dispatch = dispatched(storage.as_ref(), &acme, &["a", "b", "c"]).await;
    let jobs = load(storage.as_ref(), &dispatch).await.expect("there").jobs;
    record(
        storage.as_ref(),
        None,
        vec![finished(&jobs[1], DeliveryState::Sent)],
    )
    .await;
    let rest = load(storage.as_ref(), &dispatch).await.expect("there").jobs;
    let mut left: Vec<_> = rest.iter().map(|job| job.delivery_id).collect();
    let mut expected = vec![jobs[0].delivery_id, jobs[2].delivery_id];
    left.sort_unstable();
    expected.sort_unstable();
    assert_eq!(left, expected);
}

/// A message that comes again must not make a retry sooner than its time.
pub async fn a_delivery_that_waits_for_its_next_try_is_not_loaded(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let dispatch = dispatched(storage.as_ref(), &acme, &["a", "b"]).await;
    let jobs = load(storage.as_ref(), &dispatch).await.expect("there").jobs;
    let due = now() + TimeDelta::hours(1);
    let retry = FinishedDelivery {
        next_attempt_at: Some(due),
        ..finished(&jobs[0], DeliveryState::Retrying)
    };
    record(storage.as_ref(), None, vec![retry]).await;
    let rest = load(storage.as_ref(), &dispatch).await.expect("there").jobs;
    assert_eq!(rest.len(), 1);
    assert_eq!(rest[0].delivery_id, jobs[1].delivery_id);
    let released = release(storage.as_ref(), due).await.dispatches.remove(0);
    assert_eq!(
        load(storage.as_ref(), &released)
            .await
            .expect("there")
            .jobs
            .len(),
        1
    );
}

/// Held back with its reason, it comes at its time with no attempt used up.
pub async fn a_deferred_delivery_waits_without_an_attempt(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let dispatch = dispatched(storage.as_ref(), &acme, &["u"]).await;
    let job = only_job(storage.as_ref(), &dispatch).await;
    let due = now() + TimeDelta::minutes(1);
    let held_back = FinishedDelivery {
        attempt: None,
        reason: Some("breaker_open".into()),
        next_attempt_at: Some(due),
        ..finished(&job, DeliveryState::Deferred)
    };
    record(storage.as_ref(), Some(&dispatch), vec![held_back]).await;
    let reported = timeline(&storage, &acme, &job).await.deliveries.remove(0);
    assert_eq!(reported.state, DeliveryState::Deferred);
    assert_eq!(reported.reason.as_deref(), Some("breaker_open"));
    assert_eq!(reported.next_attempt_at, Some(due));
    assert!(reported.attempts.is_empty());
    let waiting = storage.depth(now()).await.expect("counted");
    assert_eq!((waiting.dispatched, waiting.scheduled), (0, 1));
    let early = due - TimeDelta::seconds(1);
    let released = release(storage.as_ref(), early).await;
    assert!(released.dispatches.is_empty());
    let mut released = release(storage.as_ref(), due).await;
    let released = released.dispatches.remove(0);
    let again = only_job(storage.as_ref(), &released).await;
    assert_eq!(again.attempts_made, 0);
    let sent = finished(&job, DeliveryState::Sent);
    record(storage.as_ref(), Some(&released), vec![sent]).await;
    let reported = timeline(&storage, &acme, &job).await.deliveries.remove(0);
    assert_eq!(
        (reported.state, reported.reason),
        (DeliveryState::Sent, None)
    );
    assert_eq!(reported.attempts.len(), 1);
}

/// The timeline shows each deferral, with why and until when; of very many, the first ones and the
/// last. What comes too late to hold anything back is not shown.
pub async fn each_deferral_is_reported_up_to_a_bound(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let mut dispatch = dispatched(storage.as_ref(), &acme, &["u"]).await;
    let loaded = load(storage.as_ref(), &dispatch).await.expect("there");
    let (job, before) = (&loaded.jobs[0], now());
    let held_back = |round: usize| FinishedDelivery {
        attempt: None,
        reason: Some(format!("reason_{round}")),
        next_attempt_at: Some(before + TimeDelta::seconds(round as i64)),
        ..finished(job, DeliveryState::Deferred)
    };
    let last = Deferral::KEPT + 1;
    for round in 0..=last {
        let results = vec![held_back(round)];
        record(storage.as_ref(), Some(&dispatch), results).await;
        let due = before + TimeDelta::seconds(round as i64);
        let released = release(storage.as_ref(), due).await;
        dispatch = one(released.dispatches);
    }
    let sent = finished(job, DeliveryState::Sent);
    record(storage.as_ref(), Some(&dispatch), vec![sent]).await;
    record(storage.as_ref(), None, vec![held_back(last + 1)]).await;
    let reported = timeline(&storage, &acme, job).await.deliveries.remove(0);
    assert_eq!(reported.state, DeliveryState::Sent);
    let rounds = (0..Deferral::KEPT - 1).chain([last]);
    assert_eq!(reported.deferrals.len(), Deferral::KEPT);
    for (round, deferral) in rounds.zip(&reported.deferrals) {
        assert_eq!(deferral.reason, format!("reason_{round}"));
        let until = before + TimeDelta::seconds(round as i64);
        assert_eq!(deferral.until, until);
        assert!(
            deferral.at >= before - TimeDelta::seconds(5),
            "{deferral:?}"
        );
    }
}

/// One transaction, several tenants, one of them with a result that says nothing new.
pub async fn results_of_several_tenants_are_recorded_at_once(storage: Arc<dyn Storage>) {
    let both = tenants(storage.as_ref(), ["acme", "other"]).await;
    for tenant in &both {
        accept(storage.as_ref(), vec![notification(tenant, "u")]).await;
    }
    let dispatches = plan(storage.as_ref(), &both).await.dispatches;
    assert_eq!(dispatches.len(), 2);
    let mut jobs = Vec::new();
    for dispatch in &dispatches {
        jobs.extend(load(storage.as_ref(), dispatch).await.expect("there").jobs);
    }
    let results = jobs
        .iter()
        .chain(&jobs[..1])
        .map(|job| finished(job, DeliveryState::Sent));
    let all = campanile_storage::Record {
        deliveries: results.collect(),
        finished: dispatches
            .iter()
            .map(|d| (d.tenant.clone(), d.id))
            .collect(),
        at: now(),
    };
    campanile_pipeline::record(&storage, all)
        .await
        .expect("recorded");
    for (job, attempts) in jobs.iter().zip([2, 1]) {
        let reported = timeline(&storage, &job.notification.tenant, job).await;
        assert_eq!(reported.deliveries[0].state, DeliveryState::Sent);
        assert_eq!(reported.deliveries[0].attempts.len(), attempts);
    }
    assert_eq!(storage.depth(now()).await.expect("counted").dispatched, 0);
}

/// A start that ends in a deferral is taken back, those that never ended stay; a call clears all.
pub async fn what_is_held_back_stays_as_suspect_as_it_was(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let dispatch = dispatched(storage.as_ref(), &acme, &["u"]).await;
    let start = async |job: &Job, account: &str| {
        let started = storage.start(&acme, job.notification.id, job.delivery_id, account);
        started.await.expect("answered")
    };
    let job = only_job(storage.as_ref(), &dispatch).await;
    for unfinished in [1, 2] {
        assert_eq!(start(&job, "a").await, Start::Started { unfinished });
    }
    let job = only_job(storage.as_ref(), &dispatch).await;
    assert_eq!(job.started_account.as_deref(), Some("a"));
    assert_eq!(start(&job, "b").await, Start::Started { unfinished: 3 });
    let due = now() + TimeDelta::minutes(1);
    let held_back = FinishedDelivery {
        attempt: None,
        unfinished_starts: job.unfinished_starts,
        next_attempt_at: Some(due),
        ..finished(&job, DeliveryState::Deferred)
    };
    record(storage.as_ref(), Some(&dispatch), vec![held_back]).await;
    let mut released = release(storage.as_ref(), due).await;
    let released = released.dispatches.remove(0);
    let job = only_job(storage.as_ref(), &released).await;
    assert_eq!(job.unfinished_starts, 2);
    assert_eq!(job.started_account.as_deref(), Some("b"));
    let retry = FinishedDelivery {
        next_attempt_at: Some(due),
        ..finished(&job, DeliveryState::Retrying)
    };
    record(storage.as_ref(), Some(&released), vec![retry]).await;
    let mut released = release(storage.as_ref(), due).await;
    let job = only_job(storage.as_ref(), &released.dispatches.remove(0)).await;
    assert_eq!((job.unfinished_starts, job.started_account), (0, None));
}

/// Whatever is answered later, the last unclear attempt and its account are known; an attempt that
/// names none says so.
pub async fn an_unclear_attempt_names_its_account(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let mut dispatch = dispatched(storage.as_ref(), &acme, &["u"]).await;
    for (outcome, provider, expected) in [
        ("retry", Some("a"), None),
        ("ambiguous", None, Some("")),
        ("ambiguous", Some("b"), Some("b")),
        ("retry", Some("c"), Some("b")),
    ] {
        let job = only_job(storage.as_ref(), &dispatch).await;
        let mut retry = finished(&job, DeliveryState::Retrying);
        retry.next_attempt_at = Some(now());
        if let Some(attempt) = &mut retry.attempt {
            attempt.outcome = outcome.into();
            attempt.provider = provider.map(str::to_owned);
        }
        let made = retry.attempt.clone();
        record(storage.as_ref(), Some(&dispatch), vec![retry]).await;
        let mut reported = timeline(&storage, &acme, &job).await;
        assert_eq!(reported.deliveries.remove(0).attempts.pop(), made);
        let mut released = release(storage.as_ref(), now()).await;
        dispatch = released.dispatches.remove(0);
        let job = only_job(storage.as_ref(), &dispatch).await;
        assert_eq!(
            job.ambiguous_at.as_deref(),
            expected,
            "{outcome} {provider:?}"
        );
    }
}
