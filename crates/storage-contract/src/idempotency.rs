//! A key and a request that are the same again are accepted once.

use std::sync::Arc;

use chrono::TimeDelta;

use super::fixture::{kept, keyed, notification, now, plan, tenants};
use campanile_storage::{AcceptOutcome, IDEMPOTENCY_DAYS, Storage, StorageError};

/// The stored answer comes back, and no second row is made.
pub async fn the_same_request_is_replayed(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let first = notification(&acme, "u");
    let answer = kept(&first);
    let outcome = storage.accept([keyed(first, "k", 1)].into()).await;
    assert_eq!(outcome.expect("stored"), [AcceptOutcome::Accepted]);
    let second = notification(&acme, "u");
    let id = second.id;
    let again = storage.accept([keyed(second, "k", 1)].into()).await;
    assert_eq!(again.expect("answered"), [AcceptOutcome::Replayed(answer)]);
    assert!(!storage.was_accepted(&acme, id).await.expect("read"));
    assert_eq!(plan(storage.as_ref(), &[]).await.notifications, 1);
}

/// The same key with something else is no repetition.
pub async fn another_request_under_the_key_is_refused(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    storage
        .accept([keyed(notification(&acme, "u"), "k", 1)].into())
        .await
        .expect("stored");
    let reused = storage
        .accept([keyed(notification(&acme, "u"), "k", 2)].into())
        .await;
    assert_eq!(reused.expect("answered"), [AcceptOutcome::KeyReused]);
    assert_eq!(plan(storage.as_ref(), &[]).await.notifications, 1);
}

/// Within one batch the first speaks for the key.
pub async fn one_batch_may_bear_a_key_twice(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let first = notification(&acme, "u");
    let answer = kept(&first);
    let batch = vec![
        keyed(first, "k", 1),
        keyed(notification(&acme, "u"), "k", 1),
        keyed(notification(&acme, "u"), "k", 2),
        keyed(notification(&acme, "u"), "other", 2),
    ];
    let outcomes = storage.accept(batch.into()).await.expect("answered");
    let expected = [
        AcceptOutcome::Accepted,
        AcceptOutcome::Replayed(answer),
        AcceptOutcome::KeyReused,
        AcceptOutcome::Accepted,
    ];
    assert_eq!(outcomes, expected);
    assert_eq!(plan(storage.as_ref(), &[]).await.notifications, 2);
}

/// Two tenants may choose the same key.
pub async fn a_key_belongs_to_its_tenant(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    for tenant in [acme, other] {
        let outcome = storage
            .accept([keyed(notification(&tenant, "u"), "k", 1)].into())
            .await;
        assert_eq!(outcome.expect("stored"), [AcceptOutcome::Accepted]);
    }
}

/// Of many at once exactly one is accepted; all the others get its answer.
pub async fn keys_raced_for_are_won_once(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let racers: Vec<_> = (0..16)
        .map(|_| {
            let storage = Arc::clone(&storage);
            let item = keyed(notification(&acme, "u"), "k", 1);
            tokio::spawn(async move { storage.accept([item].into()).await })
        })
        .collect();
    let (mut accepted, mut answers) = (0, Vec::new());
    for racer in racers {
        match racer.await.expect("ran").expect("answered").remove(0) {
            AcceptOutcome::Accepted => accepted += 1,
            AcceptOutcome::Replayed(answer) => answers.push(answer),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((accepted, answers.len()), (1, 15));
    answers.dedup();
    assert_eq!(answers.len(), 1, "one answer for all");
    assert_eq!(plan(storage.as_ref(), &[]).await.notifications, 1);
}

/// By its tenant, its key and what was asked, for a day; asking claims nothing.
pub async fn an_earlier_answer_is_found_for_its_request_only(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let day = TimeDelta::days(IDEMPOTENCY_DAYS);
    let ask = async |tenant, key, body: u8, now| {
        let fingerprint = [body; 32];
        let found = storage.earlier_answer(tenant, key, &fingerprint, now);
        found.await.expect("read")
    };
    let early = now();
    assert_eq!(ask(&acme, "k", 1, early).await, None);
    let first = notification(&acme, "u");
    let answer = kept(&first);
    let outcome = storage.accept([keyed(first, "k", 1)].into()).await;
    assert_eq!(outcome.expect("stored"), [AcceptOutcome::Accepted]);
    assert_eq!(ask(&acme, "k", 1, early).await, Some(answer));
    assert_eq!(ask(&other, "k", 1, early).await, None);
    assert_eq!(ask(&acme, "l", 1, early).await, None);
    assert_eq!(ask(&acme, "k", 2, early).await, None);
    let over = early + day + TimeDelta::minutes(1);
    assert_eq!(ask(&acme, "k", 1, over).await, None);
}

/// After a day the key is free, and its row goes.
pub async fn a_key_is_forgotten_when_its_time_is_over(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    storage
        .accept([keyed(notification(&acme, "u"), "k", 1)].into())
        .await
        .expect("stored");
    let over = now() + TimeDelta::days(IDEMPOTENCY_DAYS);
    let early = storage
        .expire_idempotency_keys(over - TimeDelta::minutes(1))
        .await;
    assert_eq!(early.expect("swept"), 0);
    let late = storage
        .expire_idempotency_keys(over + TimeDelta::minutes(1))
        .await;
    assert_eq!(late.expect("swept"), 1);
    let free = storage
        .accept([keyed(notification(&acme, "u"), "k", 2)].into())
        .await;
    assert_eq!(free.expect("stored"), [AcceptOutcome::Accepted]);
}

/// An answer that cannot be read any more is an error for the request that it belongs to, and for no other: a request
/// that differs is refused as ever. `sql` runs a statement on the back end.
pub async fn an_unreadable_answer_concerns_its_own_request_only(
    storage: Arc<dyn Storage>,
    sql: impl AsyncFn(&'static str),
) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let accept = async |fingerprint| {
        let item = keyed(notification(&acme, "u"), "k", fingerprint);
        storage.accept([item].into()).await
    };
    assert_eq!(accept(1).await.expect("stored"), [AcceptOutcome::Accepted]);
    sql("UPDATE idempotency_keys SET response = 'x'").await;
    let reused = accept(2).await.expect("answered");
    assert_eq!(reused, [AcceptOutcome::KeyReused]);
    let unreadable = accept(1).await.expect_err("no answer");
    assert!(
        matches!(unreadable, StorageError::Undecodable { .. }),
        "{unreadable}"
    );
}
