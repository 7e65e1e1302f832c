//! What is due at one moment, against its tenant's window.

use std::sync::Arc;

use campanile_domain::{DeliveryState, Lane, TenantId};
use chrono::{DateTime, TimeDelta, Utc};

use super::fixture::{
    accept, dispatched, finished, item, load, notification, now, record, routes, tenants,
};
use campanile_storage::{
    AcceptOutcome, Dispatch, FinishedDelivery, Planned, RelayLimits, ReleaseLimits, Storage,
};

const WINDOW: u32 = 8;

async fn release(storage: &dyn Storage, at: DateTime<Utc>) -> Planned {
    let limits = ReleaseLimits {
        rows: 100,
        window_per_tenant: WINDOW,
        dispatch_size: 64,
    };
    campanile_pipeline::release(&storage, limits, at)
        .await
        .expect("released")
}

async fn plan(storage: &dyn Storage, tenant: &TenantId, window: u32) -> Planned {
    let limits = RelayLimits {
        window_per_tenant: window,
        ..RelayLimits::default()
    };
    let routes = routes(std::slice::from_ref(tenant));
    let planned = campanile_pipeline::plan_turn(&storage, limits, routes.clone(), now()).await;
    planned.expect("planned")
}

/// Lets deliveries of so many users fail in a lane, to be tried again at one moment.
async fn due_at_once(
    storage: &dyn Storage,
    tenant: &TenantId,
    lane: Lane,
    users: usize,
    due: DateTime<Utc>,
) {
    let users: Vec<String> = (0..users).map(|n| format!("u{n}")).collect();
    let users: Vec<&str> = users.iter().map(String::as_str).collect();
    let dispatch = dispatched(storage, tenant, &users).await;
    let jobs = load(storage, &dispatch).await.expect("there").jobs;
    let retry = |job| FinishedDelivery {
        lane,
        next_attempt_at: Some(due),
        ..finished(job, DeliveryState::Retrying)
    };
    let results = jobs.iter().map(retry).collect();
    record(storage, Some(&dispatch), results).await;
}

async fn sent(storage: &dyn Storage, dispatch: &Dispatch) {
    let jobs = load(storage, dispatch).await.expect("there").jobs;
    let sent = |job| finished(job, DeliveryState::Sent);
    record(storage, Some(dispatch), jobs.iter().map(sent).collect()).await;
}

fn size(planned: &Planned) -> usize {
    planned
        .dispatches
        .iter()
        .map(|dispatch| dispatch.size)
        .sum()
}

/// It goes as far as the window has room, and all of it in the end; what is critical is planned at once,
/// up to twice the window.
pub async fn much_that_is_due_blocks_nothing_critical(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let due = now() + TimeDelta::seconds(5);
    due_at_once(storage, &acme, Lane::Default, 20, due).await;
    due_at_once(
        storage,
        &other,
        Lane::Default,
        1,
        due + TimeDelta::seconds(1),
    )
    .await;
    let first = release(storage, due).await;
    assert_eq!(size(&first), 8);
    let full = release(storage, due + TimeDelta::seconds(1)).await;
    assert_eq!((size(&full), full.more), (1, false), "{full:?}");
    assert_eq!(full.dispatches[0].tenant, other);

    let mut critical = item(vec![notification(&acme, "critical")]);
    critical.lane = Lane::Critical;
    let outcomes = storage.accept([critical].into()).await.expect("stored");
    assert_eq!(outcomes, [AcceptOutcome::Accepted]);
    accept(storage, vec![notification(&acme, "default")]).await;
    let beyond = plan(storage, &acme, WINDOW / 2).await;
    assert!(beyond.held && beyond.dispatches.is_empty(), "{beyond:?}");
    let urgent = plan(storage, &acme, WINDOW).await;
    assert!(urgent.held, "{urgent:?}");
    let lanes: Vec<_> = urgent.dispatches.iter().map(|d| (d.lane, d.size)).collect();
    assert_eq!(lanes, [(Lane::Critical, 1)]);

    let mut waiting = first.dispatches;
    waiting.extend(urgent.dispatches);
    let mut released = 8;
    while released < 20 {
        for dispatch in waiting.drain(..) {
            sent(storage, &dispatch).await;
        }
        let turn = release(storage, due).await;
        assert!((1..=8).contains(&size(&turn)), "{turn:?}");
        released += size(&turn);
        waiting.extend(turn.dispatches);
    }
    assert_eq!(released, 20);
    let rest = plan(storage, &acme, WINDOW).await;
    assert_eq!((size(&rest), rest.held), (1, false), "{rest:?}");
}

/// Sends, which the relay holds, and the critical lane go although the window is full.
pub async fn what_is_urgent_needs_no_room(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let due = now() + TimeDelta::minutes(5);
    due_at_once(storage, &acme, Lane::Default, 12, due).await;
    due_at_once(
        storage,
        &acme,
        Lane::Critical,
        2,
        due + TimeDelta::seconds(1),
    )
    .await;
    let mut later = notification(&acme, "later");
    later.send_at = Some(due + TimeDelta::seconds(1));
    accept(storage, vec![later]).await;
    assert_eq!(size(&release(storage, due).await), 8);
    let turn = release(storage, due + TimeDelta::seconds(1)).await;
    let lanes: Vec<_> = turn.dispatches.iter().map(|d| (d.lane, d.size)).collect();
    assert_eq!(lanes, [(Lane::Critical, 2)]);
    assert_eq!((turn.notifications, turn.more), (1, false));
    let left = storage.depth(now()).await.expect("counted");
    assert_eq!((left.outbox, left.scheduled), (1, 4));
}
