//! From accepted to planned.

use std::collections::HashSet;
use std::sync::Arc;

use campanile_domain::{Channel, DeliveryId, DeliveryState, Lane, TenantId};
use chrono::TimeDelta;

use super::fixture::{
    ADDRESS, accept, dispatched, finished, item, load, notification, now, plan, record, routes,
    tenants,
};
use campanile_storage::{Dispatch, RelayLimits, Storage};

/// What the plan says is in the rows, and in one dispatch.
pub async fn a_plan_makes_deliveries_and_dispatches(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let mut asks = notification(&acme, "u");
    asks.channels = Some(vec![Channel::InApp, Channel::Webhook, Channel::Push]);
    let before = now();
    accept(storage.as_ref(), vec![asks.clone()]).await;
    let planned = plan(storage.as_ref(), std::slice::from_ref(&acme)).await;
    assert_eq!((planned.notifications, planned.more), (1, false));
    let dispatch = super::fixture::one(planned.dispatches);
    assert_eq!(
        (&dispatch.tenant, dispatch.channel),
        (&acme, Channel::Webhook)
    );
    assert_eq!(
        (dispatch.lane, dispatch.epoch, dispatch.size),
        (Lane::Default, 0, 1)
    );
    assert!(dispatch.publish_after >= before + Dispatch::WINDOW);
    let reported = storage
        .timeline(&acme, asks.id)
        .await
        .expect("read")
        .expect("there");
    let mut lines: Vec<_> = reported
        .deliveries
        .iter()
        .map(|d| (d.channel, d.state, d.reason.as_deref()))
        .collect();
    lines.sort_by_key(|(channel, ..)| channel.name());
    let expected = [
        (Channel::Push, DeliveryState::Suppressed, Some("no_account")),
        (Channel::Webhook, DeliveryState::Queued, None),
    ];
    assert_eq!(lines, expected);
    let queued = reported
        .deliveries
        .iter()
        .find(|d| d.channel == Channel::Webhook)
        .expect("there");
    assert_eq!(
        queued.id,
        DeliveryId::of(asks.id, Channel::Webhook, ADDRESS)
    );
    assert_eq!(
        plan(storage.as_ref(), &[acme]).await.notifications,
        0,
        "planned once"
    );
}

/// The outbox row comes back, as after a commit that was taken for lost: nothing is made or sent again, and
/// what has happened since stays. `sql` runs a statement past the storage, so each back end calls this with
/// its own way to do so.
///
/// # Panics
/// If it is not so.
pub async fn a_plan_repeated_makes_the_same_rows(
    storage: Arc<dyn Storage>,
    sql: impl AsyncFn(&'static str),
) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let mut asks = notification(&acme, "u");
    asks.channels = Some(vec![Channel::InApp, Channel::Webhook, Channel::Push]);
    accept(storage.as_ref(), vec![asks.clone()]).await;
    sql("CREATE TABLE kept AS SELECT * FROM outbox").await;
    let rows = async || {
        let reported = storage.timeline(&acme, asks.id).await.expect("read");
        let mut rows = reported.expect("there").deliveries;
        rows.sort_by_key(|row| row.id);
        rows
    };
    let planned = plan(storage.as_ref(), std::slice::from_ref(&acme)).await;
    let dispatch = super::fixture::one(planned.dispatches);
    let first = rows().await;
    assert_eq!(first.len(), 2, "{first:?}");
    let again = async || {
        sql("INSERT INTO outbox SELECT * FROM kept").await;
        let repeated = plan(storage.as_ref(), std::slice::from_ref(&acme)).await;
        assert!(repeated.dispatches.is_empty(), "{repeated:?}");
        let depth = storage.depth(now()).await.expect("counted");
        assert_eq!(depth.outbox, 0, "it is done with");
    };
    again().await;
    assert_eq!(rows().await, first);
    let jobs = load(storage.as_ref(), &dispatch).await.expect("there").jobs;
    let sent = finished(&jobs[0], DeliveryState::Sent);
    record(storage.as_ref(), Some(&dispatch), vec![sent]).await;
    let done = rows().await;
    again().await;
    assert_eq!(rows().await, done);
}

/// A flood of one tenant does not delay another's single row.
pub async fn a_turn_is_fair_among_tenants(storage: Arc<dyn Storage>) {
    let all = tenants(storage.as_ref(), ["acme", "other", "third"]).await;
    let [acme, other, third] = &all;
    for n in 0..30 {
        accept(storage.as_ref(), vec![notification(acme, &format!("u{n}"))]).await;
    }
    accept(storage.as_ref(), vec![notification(other, "u")]).await;
    accept(storage.as_ref(), vec![notification(third, "u")]).await;
    let limits = RelayLimits {
        rows: 6,
        rows_per_tenant: 16,
        ..RelayLimits::default()
    };
    let turn = campanile_pipeline::plan_turn(&storage, limits, routes(&all), now())
        .await
        .expect("planned");
    let size = |tenant: &TenantId| -> usize {
        turn.dispatches
            .iter()
            .filter(|d| d.tenant == *tenant)
            .map(|d| d.size)
            .sum()
    };
    assert_eq!((size(other), size(third)), (1, 1), "{turn:?}");
    assert!((1..=4).contains(&size(acme)), "{turn:?}");
    assert!(turn.more);
}

/// A turn ends with the row that reaches its number of notifications, and knows that more wait.
pub async fn a_turn_is_bounded_by_notifications(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    for call in 0..3 {
        let users = (0..10).map(|n| notification(&acme, &format!("u{call}-{n}")));
        accept(storage.as_ref(), users.collect()).await;
    }
    let limits = RelayLimits {
        notifications: 11,
        ..RelayLimits::default()
    };
    for (planned, more) in [(20, true), (10, false), (0, false)] {
        let routes = routes(std::slice::from_ref(&acme));
        let turn = campanile_pipeline::plan_turn(&storage, limits, routes.clone(), now()).await;
        let turn = turn.expect("planned");
        assert_eq!((turn.notifications, turn.more), (planned, more));
    }
}

/// A turn for what came lately takes that, and may leave what a whole turn then finds.
pub async fn a_recent_turn_takes_what_came_lately(storage: Arc<dyn Storage>) {
    let all = tenants(storage.as_ref(), ["acme", "other"]).await;
    for tenant in &all {
        accept(storage.as_ref(), vec![notification(tenant, "u")]).await;
    }
    let (past, future) = (now() - TimeDelta::hours(1), now() + TimeDelta::hours(1));
    let turn = async |since| {
        let limits = RelayLimits {
            since,
            ..RelayLimits::default()
        };
        let turn = campanile_pipeline::plan_turn(&storage, limits, routes(&all), now()).await;
        let turn = turn.expect("planned");
        assert!(!turn.more && !turn.held, "{turn:?}");
        turn.notifications
    };
    let left = async || storage.depth(now()).await.expect("counted").outbox;
    assert_eq!(turn(Some(past)).await, 2, "all that is recent");
    assert_eq!(left().await, 0);
    accept(storage.as_ref(), vec![notification(&all[0], "u")]).await;
    // A back end may take older ones as well; what it says it took is what is gone.
    let early = turn(Some(future)).await;
    assert_eq!(left().await, 1 - early as u64);
    assert_eq!(
        turn(None).await,
        1 - early,
        "a whole turn finds what was left"
    );
    assert_eq!(left().await, 0);
}

/// More than a turn takes is chosen fairly, however recent it is.
pub async fn a_recent_turn_is_fair_and_bounded(storage: Arc<dyn Storage>) {
    let all = tenants(storage.as_ref(), ["acme", "other"]).await;
    for _ in 0..8 {
        accept(storage.as_ref(), vec![notification(&all[0], "u")]).await;
    }
    accept(storage.as_ref(), vec![notification(&all[1], "u")]).await;
    let limits = RelayLimits {
        rows: 4,
        since: Some(now() - TimeDelta::hours(1)),
        ..RelayLimits::default()
    };
    let turn = campanile_pipeline::plan_turn(&storage, limits, routes(&all), now()).await;
    let turn = turn.expect("planned");
    assert!(turn.more && turn.notifications <= 4, "{turn:?}");
    assert!(
        turn.dispatches.iter().any(|d| d.tenant == all[1]),
        "{turn:?}"
    );
}

/// Of one tenant the critical lane is planned before the bulk lane.
pub async fn urgent_lanes_go_first(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    for lane in [Lane::Bulk, Lane::Default, Lane::Critical] {
        let mut request = item(vec![notification(&acme, lane.name())]);
        request.lane = lane;
        storage.accept([request].into()).await.expect("stored");
    }
    let limits = RelayLimits {
        rows: 1,
        rows_per_tenant: 1,
        ..RelayLimits::default()
    };
    for lane in [Lane::Critical, Lane::Default, Lane::Bulk] {
        let routes = routes(std::slice::from_ref(&acme));
        let turn = campanile_pipeline::plan_turn(&storage, limits, routes.clone(), now())
            .await
            .expect("planned");
        assert_eq!(
            turn.dispatches.iter().map(|d| d.lane).collect::<Vec<_>>(),
            [lane]
        );
    }
}

/// A tenant whose window is full waits, its neighbours do not; it goes on when some are done.
pub async fn a_full_window_makes_a_tenant_wait(storage: Arc<dyn Storage>) {
    let both = tenants(storage.as_ref(), ["acme", "other"]).await;
    let [acme, other] = &both;
    let first = dispatched(storage.as_ref(), acme, &["a", "b"]).await;
    accept(storage.as_ref(), vec![notification(acme, "c")]).await;
    accept(storage.as_ref(), vec![notification(other, "d")]).await;
    let limits = RelayLimits {
        window_per_tenant: 2,
        ..RelayLimits::default()
    };
    let turn = campanile_pipeline::plan_turn(&storage, limits, routes(&both), now())
        .await
        .expect("planned");
    assert_eq!(
        turn.dispatches
            .iter()
            .map(|d| &d.tenant)
            .collect::<Vec<_>>(),
        [other]
    );
    assert!(turn.held, "{turn:?}");
    let jobs = load(storage.as_ref(), &first).await.expect("there").jobs;
    let sent = jobs
        .iter()
        .map(|job| finished(job, DeliveryState::Sent))
        .collect();
    record(storage.as_ref(), Some(&first), sent).await;
    let turn = campanile_pipeline::plan_turn(&storage, limits, routes(&both), now())
        .await
        .expect("planned");
    assert_eq!(
        turn.dispatches
            .iter()
            .map(|d| &d.tenant)
            .collect::<Vec<_>>(),
        [acme]
    );
}

/// A fan-out is cut into dispatches of the size asked for.
pub async fn dispatches_are_no_larger_than_asked(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    accept(
        storage.as_ref(),
        (0..10)
            .map(|n| notification(&acme, &format!("u{n}")))
            .collect(),
    )
    .await;
    let limits = RelayLimits {
        dispatch_size: 4,
        ..RelayLimits::default()
    };
    let turn = campanile_pipeline::plan_turn(&storage, limits, routes(&[acme]), now())
        .await
        .expect("planned");
    let mut sizes: Vec<_> = turn.dispatches.iter().map(|d| d.size).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [2, 4, 4]);
    for dispatch in &turn.dispatches {
        let loaded = load(storage.as_ref(), dispatch).await.expect("there");
        assert_eq!(loaded.jobs.len(), dispatch.size);
    }
}

/// Four relays, one outbox: every notification in exactly one dispatch.
pub async fn relays_at_once_plan_everything_once(storage: Arc<dyn Storage>) {
    let both = tenants(storage.as_ref(), ["acme", "other"]).await;
    for n in 0..100 {
        accept(
            storage.as_ref(),
            vec![notification(&both[n % 2], &format!("u{n}"))],
        )
        .await;
    }
    let relays: Vec<_> = (0..4)
        .map(|_| {
            let (storage, routes) = (Arc::clone(&storage), routes(&both));
            tokio::spawn(async move {
                let limits = RelayLimits {
                    rows: 8,
                    rows_per_tenant: 4,
                    ..RelayLimits::default()
                };
                let mut dispatches = Vec::new();
                // Rows that another relay has just now are skipped: empty-handed is not finished.
                while storage.depth(now()).await.expect("counted").outbox > 0 {
                    let turn =
                        campanile_pipeline::plan_turn(&storage, limits, routes.clone(), now())
                            .await
                            .expect("planned");
                    dispatches.extend(turn.dispatches);
                }
                dispatches
            })
        })
        .collect();
    let mut seen = HashSet::new();
    for relay in relays {
        for dispatch in relay.await.expect("ran") {
            for job in load(storage.as_ref(), &dispatch).await.expect("there").jobs {
                assert!(seen.insert(job.delivery_id), "planned twice");
            }
        }
    }
    assert_eq!(seen.len(), 100);
}

/// An idle turn says so.
pub async fn nothing_to_plan_is_no_work(storage: Arc<dyn Storage>) {
    let turn = plan(storage.as_ref(), &[]).await;
    assert_eq!(
        (turn.notifications, turn.dispatches.len(), turn.more),
        (0, 0, false)
    );
}

/// So that caches of answers about them are revoked, whatever became of the process that accepted.
pub async fn a_plan_names_the_inboxes_that_show_it(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let mut elsewhere = notification(&acme, "hook-only");
    elsewhere.channels = Some(vec![Channel::Webhook]);
    accept(storage.as_ref(), vec![notification(&acme, "u"), elsewhere]).await;
    let planned = plan(storage.as_ref(), std::slice::from_ref(&acme)).await;
    assert_eq!(planned.notifications, 2);
    assert_eq!(planned.inboxes, [(acme, super::fixture::user("u"))]);
}
