//! A fan-out and a merge at the same time.

use std::sync::Arc;

use campanile_domain::MergeStage;
use campanile_pipeline::{merge_step, merge_users};
use campanile_storage::Storage;
use chrono::TimeDelta;

use super::super::fixture::{accept, fanout, notification, now, tenants, user};
use super::super::topics::users;
use super::play::{SMALL, run, start, step, subscribe};

/// A fan-out that has passed the kept user's place, and not yet the other one's, is waited for: the person gets what they
/// are subscribed to.
pub async fn a_merge_waits_for_a_fanout_between_the_two(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let (from, into) = (user("u00019"), user("a"));
    subscribe(storage, &acme, &users(0..20)).await;
    // Known, and not subscribed.
    accept(storage, vec![notification(&acme, "a")]).await;
    let sent = fanout(&acme);
    start(storage, &sent).await;
    step(storage, SMALL).await.expect("something to do");
    let begun = merge_users(&storage, &acme, (&from, &into), now()).await;
    begun.expect("answered").expect("begun");
    for stage in [MergeStage::Topics, MergeStage::Rest, MergeStage::Rest] {
        let stepped = merge_step(&storage, now()).await.expect("stepped").stepped;
        assert_eq!(stepped.expect("one").stage, stage);
    }
    run(storage, SMALL).await;
    let after = now() + TimeDelta::minutes(1);
    let stepped = merge_step(&storage, after).await.expect("stepped").stepped;
    let done = stepped.expect("one");
    assert_eq!(done.stage, MergeStage::Done);
    let theirs = storage.user_records(&acme, &into, None, 10).await;
    assert_eq!(theirs.expect("read").len(), 2);
}
