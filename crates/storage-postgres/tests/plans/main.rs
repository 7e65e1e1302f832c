//! How Postgres goes about the product's own statements, over a million rows in eleven days of which
//! today has no statistics: no day is read whole, none is read in vain, no inbox is sorted.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

mod data;
mod plan;
mod rows;
mod statements;
mod tour;
mod watch;
mod young;

use campanile_domain::{
    Channel, Debounce, InboxChange, NotificationId, NotificationType, RateRules, Routes,
    TenantPreferences, Throttle,
};
use campanile_pipeline::put_tenant_preferences;
use campanile_pipeline::{
    NoWords, cancel_fanout, change_notification, delete_notification, read_step, recall_step,
    start_fanout, step_fanout,
};
use campanile_storage::{
    InboxFilter, NewFanout, PageSize, PageStart, RelayLimits, Search, StepLimits, Storage, Unread,
    UnreadOf,
};
use campanile_storage_contract::fixture::{
    accept, dispatched, fanout, load, notification, now, read_all, tenant, tenants, user,
};
use chrono::TimeDelta;

use crate::data::{HEAVY, HEAVY_ROWS};
use crate::plan::Faults;
use crate::watch::Watched;

/// A question without bounds may look into every day; one that has no rows of it costs a look.
const ANY: usize = usize::MAX;
/// Buffers that a later page may take beyond the first: levels of indexes, not their length.
const LATER_PAGE_EXTRA: u64 = 400;

/// Tenants whose notifications one turn plans.
const TENANTS: u32 = 64;

/// Buffers that a statement of a recall may take for three notifications; by another index it takes hundreds.
const RECALL_BUFFERS: u64 = 100;

/// A name, and what makes a filter of the usual one.
type Variant = (&'static str, fn(&mut InboxFilter));

const VARIANTS: &[Variant] = &[
    ("all", |_| {}),
    ("unread", |f| f.unread_only = true),
    ("type", |f| f.notification_type = Some(kind())),
    ("unread of a type", |f| {
        f.unread_only = true;
        f.notification_type = Some(kind());
    }),
    ("archived", |f| f.archived = true),
    ("from and to", |f| {
        f.from = Some(now() - TimeDelta::hours(72));
        f.to = Some(now() - TimeDelta::hours(60));
    }),
    ("unread from and to", |f| {
        f.unread_only = true;
        f.from = Some(now() - TimeDelta::hours(72));
        f.to = Some(now() - TimeDelta::hours(60));
    }),
    ("type, from and to", |f| {
        f.notification_type = Some(kind());
        f.from = Some(now() - TimeDelta::hours(72));
        f.to = Some(now() - TimeDelta::hours(60));
    }),
    ("search", |f| f.search = Search::of("nowhere")),
];

fn kind() -> NotificationType {
    NotificationType::parse("type3").unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_statement_goes_by_an_index_to_the_days_it_needs() {
    let _alone = watch::alone().await;
    let watched = Watched::create().await;
    let mut faults = Faults::default();
    let (acme, heavy) = (tenant("acme"), user(HEAVY));
    let rows = watched.rows().await;
    assert!(rows >= 1_000_000, "{rows}");

    for (name, change) in VARIANTS {
        let mut filter = InboxFilter::default();
        change(&mut filter);
        let most_days = if filter.from.is_some() { 3 } else { ANY };
        for (start, from) in [
            ("first page", PageStart::Offset(0)),
            ("an offset", PageStart::Offset(200)),
            ("a cursor", PageStart::After(watched.nth(100).await)),
        ] {
            let plans = watched.of(async |storage| {
                let page =
                    storage.inbox_page(&acme, &heavy, &filter, from, PageSize::rows(20), now());
                page.await.unwrap();
            });
            let plans = plans.await;
            faults.check(&format!("list {name}, {start}"), &plans, most_days);
        }
        let plans = watched.of(async |storage| {
            let count = storage.inbox_count(&acme, &heavy, &filter, now());
            count.await.unwrap();
        });
        faults.check(&format!("count {name}"), &plans.await, most_days);
    }

    let id = watched.nth(70_000).await;
    for change in [InboxChange::Seen, InboxChange::Read, InboxChange::Archive] {
        let plans = watched.of(async |storage| {
            let changed = change_notification(storage, &acme, &heavy, id, change, now());
            assert!(changed.await.unwrap().is_some());
        });
        let plans = plans.await;
        // All that it would cancel has left: it is looked at, and marked.
        assert_eq!(plans.len(), 2, "a mark takes two statements");
        faults.check(&format!("{change:?}"), &plans, 1);
    }
    let plans = watched.of(async |storage| {
        assert!(storage.timeline(&acme, id).await.unwrap().is_some());
    });
    faults.check("timeline", &plans.await, 1);
    let plans = watched.of(async |storage| {
        let deleted = delete_notification(storage, &acme, &heavy, id, now());
        assert!(deleted.await.unwrap().is_some());
    });
    faults.check("delete", &plans.await, 1);

    let plans = watched.of(async |storage| {
        let (first, last) = (
            NotificationId::floor(chrono::DateTime::UNIX_EPOCH),
            watched.last(),
        );
        let which = Unread::Between(first, last);
        let unread = UnreadOf {
            tenant: acme.clone(),
            user: heavy.clone(),
            notification_type: None,
            now: now(),
        };
        let step = read_step(storage, &unread, which);
        assert_eq!(step.await.unwrap().updated, 500);
    });
    faults.check("a step of read-all", &plans.await, ANY);
    let plans = watched.of(async |storage| {
        let read = read_all(storage, &acme, &user("u1"), None, now()).await;
        assert!(read.updated > 0);
    });
    faults.check("read-all of a user", &plans.await, ANY);

    let plans = watched.of(async |storage| {
        let [acme] = tenants(storage, ["acme"]).await;
        let dispatch = dispatched(storage, &acme, &["u1", "u2", "u3"]).await;
        assert_eq!(load(storage, &dispatch).await.unwrap().jobs.len(), 3);
        let one = notification(&acme, "u4");
        storage
            .accept([campanile_storage_contract::fixture::item(vec![one])].into())
            .await
            .unwrap();
    });
    // Midnight may lie in between.
    faults.check("accept, plan and load", &plans.await, 2);
    let plans = watched.of(async |storage| {
        let set = TenantPreferences {
            rate_rules: RateRules {
                debounce: Debounce::new(900).ok(),
                throttle: Throttle::new(100, 10).ok(),
            },
            ..TenantPreferences::default()
        };
        let put = put_tenant_preferences(&storage, &acme, &set, now());
        put.await.unwrap();
        let mut routes = Routes::default();
        routes.add(acme.clone(), Channel::Slack, "https://chat.example/".into());
        for held in [1, 2] {
            let two = vec![notification(&acme, "u1"), notification(&acme, "u1")];
            accept(storage, two).await;
            let planned = campanile_pipeline::plan_turn(
                &storage,
                RelayLimits::default(),
                routes.clone(),
                now(),
            );
            let planned = planned.await.unwrap();
            let suppressed: u64 = planned.suppressed.iter().map(|(_, _, n)| n).sum();
            assert_eq!(suppressed, held);
        }
        let expired = storage.expire_plan_marks(now() + TimeDelta::days(1));
        // Those of `u4` too, of whom nothing was planned before.
        assert_eq!(expired.await.unwrap(), 4);
    });
    faults.check("plan by debounce and throttle", &plans.await, 2);
    let plans = watched.of(async |storage| {
        for n in 0..TENANTS {
            for to in ["u1", "u2"] {
                accept(storage, vec![notification(&tenant(&format!("t{n}")), to)]).await;
            }
        }
        for since in [Some(now() - TimeDelta::hours(1)), None] {
            let limits = RelayLimits {
                rows: TENANTS,
                since,
                ..RelayLimits::default()
            };
            let inbox = Routes::default();
            let planned =
                campanile_pipeline::plan_turn(&storage, limits, inbox.clone(), now()).await;
            assert_eq!(planned.unwrap().notifications, TENANTS as usize);
        }
    });
    faults.check("plan for many tenants", &plans.await, 2);
    let mut sent = fanout(&acme);
    sent.notification_type = NotificationType::parse("recalled").unwrap();
    let id = sent.id;
    let followers = ["u1", "u2", "u3"].map(user);
    watched
        .of(async |storage| {
            let subscribed = storage.subscribe(&acme, &sent.topic, &followers, now());
            subscribed.await.unwrap();
            let new = NewFanout {
                fanout: sent.clone(),
                idempotency: None,
            };
            start_fanout(&storage, new.into()).await.unwrap();
            let step = step_fanout(
                &storage,
                NoWords::shared(),
                StepLimits::default(),
                None,
                now(),
            );
            assert_eq!(step.await.unwrap().step.unwrap().notifications, 3);
            cancel_fanout(&storage, &acme, id, now()).await.unwrap();
        })
        .await;
    let plans = watched.of(async |storage| {
        let step = recall_step(&storage, None, now()).await.unwrap().step;
        assert_eq!(step.unwrap().notifications, 3);
    });
    let plans = plans.await;
    faults.check("a recall step", &plans, 1);
    // Of the 50,000 of today it finds its three by their key.
    let most = plans.iter().map(plan::Plan::buffers).max().unwrap();
    assert!(
        most <= RECALL_BUFFERS,
        "{most} buffers for a step of a recall"
    );
    faults.none();

    let page = async |from| {
        let plans = watched.of(async |storage: &dyn Storage| {
            let filter = InboxFilter::default();
            let page = storage.inbox_page(&acme, &heavy, &filter, from, PageSize::rows(20), now());
            assert_eq!(page.await.unwrap().items.len(), 20);
        });
        plans
            .await
            .iter()
            .filter(|plan| plan.has_limit())
            .map(plan::Plan::buffers)
            .sum::<u64>()
    };
    let first = page(PageStart::Offset(0)).await;
    let thousandth = page(PageStart::After(watched.nth(20_000).await)).await;
    let deep = page(PageStart::After(watched.nth(HEAVY_ROWS * 9 / 10).await)).await;
    for (name, later) in [("1,000th", thousandth), ("deepest", deep)] {
        assert!(
            later <= first + LATER_PAGE_EXTRA,
            "the {name} page took {later} buffers, the first {first}"
        );
    }
    statements::check_a_million(&watched.database).await;
    watched.close().await;
}
