//! Whose step is next, and what holds a step up.

use std::sync::Arc;

use campanile_domain::{FanoutStatus, Lane, Priority};
use chrono::TimeDelta;

use super::super::fixture::{fanout, item, notification, now, plan, tenants};
use super::super::topics::users;
use super::play::{SMALL, notified_once, progress, run, start, step, subscribe};
use campanile_pipeline::{NoWords, cancel_fanout, step_fanout};
use campanile_storage::{StepLimits, Storage};

/// Before `send_at` nothing is made, and then nothing has to wait any more.
pub async fn it_waits_for_its_time(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..3)).await;
    let mut later = fanout(&acme);
    later.send_at = Some(now() + TimeDelta::seconds(2));
    start(storage, &later).await;
    assert_eq!(run(storage, SMALL).await, (0, 0));
    assert_eq!(
        progress(storage, &later).await.status,
        FanoutStatus::Pending
    );
    let at = now() + TimeDelta::seconds(3);
    let turn = step_fanout(&storage, NoWords::shared(), SMALL, None, at)
        .await
        .expect("done");
    assert_eq!(turn.step.expect("due").notifications, 3);
    notified_once(storage, &acme, &users(0..3)).await;
}

/// One tenant's hundred thousand do not hold up another's three, nor its own next ones.
pub async fn tenants_and_their_fanouts_take_turns(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, brief, other] = tenants(storage, ["acme", "brief", "other"]).await;
    for tenant in [&acme, &brief, &other] {
        subscribe(storage, tenant, &users(0..100)).await;
    }
    let sent = [fanout(&acme), fanout(&acme), fanout(&brief), fanout(&other)];
    for one in &sent {
        start(storage, one).await;
    }
    let mut after = None;
    let mut turns = Vec::new();
    for _ in 0..6 {
        let turn = step_fanout(&storage, NoWords::shared(), SMALL, after.as_ref(), now()).await;
        let step = turn.expect("done").step.expect("something to do");
        after = Some(step.tenant);
        turns.push(step.id);
    }
    let [one, two, three, four] = sent.map(|one| one.id);
    assert_eq!(turns, [one, three, four, two, three, four]);
}

/// Urgent ones go first.
pub async fn urgent_topics_go_first(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..3)).await;
    let [mut high, normal, mut critical] = [fanout(&acme), fanout(&acme), fanout(&acme)];
    high.priority = Priority::High;
    critical.priority = Priority::Critical;
    for one in [&normal, &high, &critical] {
        start(storage, one).await;
    }
    for expected in [critical, high, normal] {
        let done = step(storage, SMALL).await.expect("something to do");
        assert_eq!(done.id, expected.id);
    }
}

/// While the relay is behind, no more is made: only what is more urgent than what waits.
pub async fn a_backlog_holds_it(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    for tenant in [&acme, &other] {
        subscribe(storage, tenant, &users(0..50)).await;
    }
    let tight = StepLimits {
        backlog: 10,
        ..SMALL
    };
    let sent = fanout(&acme);
    start(storage, &sent).await;
    // Up to the bound, and not a step beyond it.
    assert_eq!(run(storage, tight).await, (2, 14));
    let turn = step_fanout(&storage, NoWords::shared(), tight, None, now())
        .await
        .expect("done");
    assert_eq!((turn.step, turn.held), (None, true));
    start(storage, &fanout(&other)).await;
    let others = step(storage, tight).await.expect("another tenant's");
    assert_eq!(others.tenant, other);
    let mut urgent = fanout(&acme);
    urgent.priority = Priority::Critical;
    start(storage, &urgent).await;
    let done = step(storage, tight).await.expect("room for what is urgent");
    assert_eq!(done.id, urgent.id);
    plan(storage, &[]).await;
    assert!(step(storage, tight).await.is_some(), "it goes on");
    // Ordinary sends make a backlog as well.
    let mut many = item((0..20).map(|_| notification(&acme, "u")).collect());
    many.lane = Lane::Critical;
    storage.accept([many].into()).await.expect("stored");
    let cancelled = cancel_fanout(&storage, &acme, urgent.id, now()).await;
    cancelled.expect("asked");
    while let Some(done) = step(storage, tight).await {
        assert_eq!(done.tenant, other);
    }
    assert!(!progress(storage, &sent).await.status.is_final());
}

/// What is due and not over is counted.
pub async fn depth_tells_how_much_waits(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..20)).await;
    let mut later = fanout(&acme);
    later.send_at = Some(now() + TimeDelta::hours(1));
    for one in [&fanout(&acme), &fanout(&acme), &later] {
        start(storage, one).await;
    }
    step(storage, SMALL).await.expect("something to do");
    let depth = storage.fanout_depth(now()).await.expect("counted");
    assert_eq!((depth.due, depth.waiting), (2, 33));
    run(storage, SMALL).await;
    let depth = storage.fanout_depth(now()).await.expect("counted");
    assert_eq!((depth.due, depth.waiting), (0, 0));
}
