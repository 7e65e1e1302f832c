//! Short ways through a fan-out, for its promises.

use std::collections::BTreeMap;

use campanile_domain::{Fanout, TenantId, UserId};

use super::super::fixture::{now, plan};
use super::super::topics::topic;
use campanile_pipeline::{NoWords, start_fanout, step_fanout};
use campanile_storage::{FanoutProgress, FanoutStart, FanoutStep, NewFanout, StepLimits, Storage};

/// Small steps, so that few users make many.
pub(crate) const SMALL: StepLimits = StepLimits {
    users: 7,
    bytes: 1 << 20,
    backlog: 100_000,
};

pub(crate) async fn start(storage: &dyn Storage, fanout: &Fanout) -> FanoutStart {
    let new = NewFanout {
        fanout: fanout.clone(),
        idempotency: None,
    };
    start_fanout(&storage, new.into()).await.expect("stored")
}

pub(super) async fn start_keyed(
    storage: &dyn Storage,
    fanout: &Fanout,
    key: &str,
    body: u8,
) -> FanoutStart {
    let new = NewFanout {
        fanout: fanout.clone(),
        idempotency: Some((key.into(), [body; 32])),
    };
    start_fanout(&storage, new.into()).await.expect("stored")
}

pub(crate) async fn subscribe(storage: &dyn Storage, tenant: &TenantId, users: &[UserId]) {
    let done = storage
        .subscribe(tenant, &topic("news"), users, now())
        .await;
    done.expect("subscribed");
}

pub(super) async fn unsubscribe(
    storage: &dyn Storage,
    tenant: &TenantId,
    users: &[UserId],
) -> Option<u64> {
    let done = storage
        .unsubscribe(tenant, &topic("news"), users, now())
        .await;
    done.expect("unsubscribed")
}

pub(crate) async fn progress(storage: &dyn Storage, of: &Fanout) -> FanoutProgress {
    let found = storage.fanout(&of.tenant, of.id).await;
    found.expect("asked").expect("there")
}

pub(super) async fn step(storage: &dyn Storage, limits: StepLimits) -> Option<FanoutStep> {
    let turn = step_fanout(&storage, NoWords::shared(), limits, None, now()).await;
    turn.expect("done").step
}

/// Steps until there is nothing to do; gives how many steps and notifications there were.
pub(super) async fn run(storage: &dyn Storage, limits: StepLimits) -> (usize, usize) {
    let (mut steps, mut notifications) = (0, 0);
    while let Some(done) = step(storage, limits).await {
        steps += 1;
        notifications += done.notifications;
    }
    (steps, notifications)
}

/// How many notifications each user was made, by planning all that waits.
pub(super) async fn reported(storage: &dyn Storage) -> BTreeMap<(TenantId, UserId), usize> {
    let mut reported = BTreeMap::new();
    loop {
        let planned = plan(storage, &[]).await;
        if planned.notifications == 0 {
            return reported;
        }
        for whose in planned.inboxes {
            *reported.entry(whose).or_default() += 1;
        }
    }
}

pub(super) async fn notified_once(storage: &dyn Storage, tenant: &TenantId, users: &[UserId]) {
    let reported = reported(storage).await;
    let expected: BTreeMap<_, _> = users
        .iter()
        .map(|user| ((tenant.clone(), user.clone()), 1))
        .collect();
    assert_eq!(reported, expected);
}
