//! What is past its term goes, whole, and only that.

use std::sync::Arc;

use campanile_domain::{
    DeliveryState, Notification, NotificationId, RetentionDays, TenantId, UserId,
};
use chrono::{DateTime, TimeDelta, Utc};

use super::fixture::{accept, finished, load, notification, now, one, plan, record, tenants, user};
use campanile_pipeline::{Progress, RetentionReport, RetentionRun, retain, set_retention};
use campanile_storage::{DeadLetterFilter, InboxFilter, REMOVED_AT_ONCE, Storage};

/// A notification that has its id since so many days.
async fn aged(storage: &dyn Storage, tenant: &TenantId, days: i64) -> Notification {
    let made = now() - TimeDelta::days(days);
    storage.make_partitions_ahead(made).await.expect("made");
    Notification {
        id: NotificationId::at(made),
        ..notification(tenant, "u")
    }
}

fn days(number: u32) -> RetentionDays {
    RetentionDays::new(number).expect("a term")
}

async fn run(storage: &dyn Storage, dry_run: bool) -> RetentionReport {
    reported_run(storage, dry_run).await.0
}

/// A run, and whose inboxes it emptied.
async fn reported_run(
    storage: &dyn Storage,
    dry_run: bool,
) -> (RetentionReport, Vec<(TenantId, UserId)>) {
    let run = RetentionRun {
        default: RetentionDays::DEFAULT,
        now: now(),
        dry_run,
    };
    let mut emptied = Vec::new();
    let report = retain(storage, run, |progress| {
        if let Progress::Emptied(tenant, users) = progress {
            emptied.extend(users.iter().map(|user| (tenant.clone(), user.clone())));
        }
    });
    (report.await.expect("run"), emptied)
}

/// Accepts, plans and lets the webhook die.
async fn died(storage: &dyn Storage, of: Notification) {
    let tenant = of.tenant.clone();
    accept(storage, vec![of]).await;
    let dispatch = one(plan(storage, &[tenant]).await.dispatches);
    let job = load(storage, &dispatch)
        .await
        .expect("there")
        .jobs
        .remove(0);
    let result = finished(&job, DeliveryState::Dead);
    record(storage, Some(&dispatch), vec![result]).await;
}

async fn is_there(storage: &dyn Storage, of: &Notification) -> bool {
    let reported = storage.timeline(&of.tenant, of.id).await.expect("asked");
    reported.is_some()
}

async fn dead_letters(storage: &dyn Storage, tenant: &TenantId) -> u64 {
    let filter = DeadLetterFilter::default();
    let page = storage.dead_letters(tenant, &filter, None, 10).await;
    page.expect("listed").total
}

async fn in_inbox(storage: &dyn Storage, tenant: &TenantId, now: DateTime<Utc>) -> u64 {
    let filter = InboxFilter::default();
    let count = storage.inbox_count(tenant, &user("u"), &filter, now).await;
    count.expect("counted").count
}

/// Notification, deliveries and dead letter are gone; what is younger is untouched; a second run has
/// nothing to do.
pub async fn what_is_past_its_term_goes_with_all_that_hangs_on_it(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let (old, young) = (
        aged(storage, &acme, 100).await,
        aged(storage, &acme, 80).await,
    );
    died(storage, old.clone()).await;
    died(storage, young.clone()).await;
    let dry = run(storage, true).await;
    assert!(
        dry.days_dropped() + dry.removed().notifications > 0,
        "{dry:?}"
    );
    assert!(is_there(storage, &old).await, "a dry run changes nothing");
    let report = run(storage, false).await;
    assert!(!report.left_to_another);
    assert!(!is_there(storage, &old).await);
    assert!(is_there(storage, &young).await);
    assert_eq!(dead_letters(storage, &acme).await, 1);
    assert_eq!(in_inbox(storage, &acme, now()).await, 1);
    assert_eq!(run(storage, false).await, RetentionReport::default());
}

/// A tenant with a shorter term loses its own rows, and its neighbour none.
pub async fn a_shorter_term_is_its_tenants_alone(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    assert!(
        set_retention(storage, &acme, Some(days(10)))
            .await
            .expect("set")
    );
    let mine = aged(storage, &acme, 20).await;
    let younger = aged(storage, &acme, 5).await;
    let theirs = aged(storage, &other, 20).await;
    for one in [&mine, &younger, &theirs] {
        died(storage, one.clone()).await;
    }
    let (report, emptied) = reported_run(storage, false).await;
    assert_eq!(emptied, [(acme.clone(), user("u"))]);
    assert_eq!(report.tenants.len(), 1, "{report:?}");
    let fate = &report.tenants[0];
    assert_eq!((&fate.tenant, fate.days), (&acme, days(10)));
    let removed = fate.removed;
    let rows = [
        removed.notifications,
        removed.deliveries,
        removed.dead_letters,
    ];
    assert_eq!((rows, fate.pending), ([1, 1, 1], 0));
    assert!(!is_there(storage, &mine).await);
    assert!(is_there(storage, &younger).await && is_there(storage, &theirs).await);
    assert_eq!(dead_letters(storage, &acme).await, 1);
    assert_eq!(dead_letters(storage, &other).await, 1);
}

/// A longer term keeps what the installation's would remove.
pub async fn a_longer_term_keeps(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    assert!(
        set_retention(storage, &acme, Some(days(365)))
            .await
            .expect("set")
    );
    let mine = aged(storage, &acme, 100).await;
    let theirs = aged(storage, &other, 100).await;
    died(storage, mine.clone()).await;
    died(storage, theirs.clone()).await;
    run(storage, false).await;
    assert!(is_there(storage, &mine).await);
    assert!(!is_there(storage, &theirs).await);
}

/// Wherever it waits: nothing of it goes until it is done, and the report says so.
pub async fn what_is_pending_stays(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, brief] = tenants(storage, ["acme", "brief"]).await;
    assert!(
        set_retention(storage, &brief, Some(days(10)))
            .await
            .expect("set")
    );
    // A turn that plans for one tenant plans for both, so what is to wait comes last.
    for (tenant, age) in [(&acme, 100), (&brief, 20)] {
        died(storage, aged(storage, tenant, age).await).await;
    }
    let mut all = Vec::new();
    for (tenant, age) in [(&acme, 100), (&brief, 20)] {
        let (waiting, mut later) = (
            aged(storage, tenant, age).await,
            aged(storage, tenant, age + 2).await,
        );
        later.send_at = Some(now() + TimeDelta::hours(1));
        accept(storage, vec![waiting.clone()]).await;
        accept(storage, vec![later.clone()]).await;
        all.extend([waiting, later]);
    }
    for _ in 0..2 {
        let report = run(storage, false).await;
        let kept: u64 = report.tenants.iter().map(|fate| fate.pending).sum();
        assert!(kept >= 2, "{report:?}");
        for one in &all {
            assert!(is_there(storage, one).await, "{report:?}");
        }
        // First it waits in the outbox, then in the queue.
        plan(storage, &[acme.clone(), brief.clone()]).await;
    }
    assert_eq!(dead_letters(storage, &brief).await, 0);
}

/// More than one step, beginning with rows that stay.
pub async fn steps_go_on_behind_what_stays(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    assert!(
        set_retention(storage, &acme, Some(days(10)))
            .await
            .expect("set")
    );
    let first = aged(storage, &acme, 30).await;
    accept(storage, vec![first.clone()]).await;
    plan(storage, std::slice::from_ref(&acme)).await;
    let made = now() - TimeDelta::days(20);
    storage.make_partitions_ahead(made).await.expect("made");
    let many = (0..REMOVED_AT_ONCE + 1).map(|_| {
        let mut one = notification(&acme, "u");
        one.id = NotificationId::at(made);
        one.channels = Some(vec![campanile_domain::Channel::InApp]);
        one
    });
    accept(storage, many.collect()).await;
    while plan(storage, std::slice::from_ref(&acme))
        .await
        .notifications
        > 0
    {}
    let report = run(storage, false).await;
    let fate = &report.tenants[0];
    let expected = (REMOVED_AT_ONCE as u64 + 1, 1);
    assert_eq!((fate.removed.notifications, fate.pending), expected);
    assert!(is_there(storage, &first).await);
}

/// Both end, everything past its term is gone, and nothing was removed twice.
pub async fn runs_at_once_remove_each_row_once(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let set = set_retention(storage.as_ref(), &acme, Some(days(10))).await;
    assert!(set.expect("set"));
    for _ in 0..20 {
        died(storage.as_ref(), aged(storage.as_ref(), &acme, 20).await).await;
    }
    let (one, two) = tokio::join!(run(storage.as_ref(), false), run(storage.as_ref(), false));
    assert!(!(one.left_to_another && two.left_to_another));
    let removed = one.removed().notifications + two.removed().notifications;
    assert_eq!(removed, 20);
}

/// It is the tenant's, until it is cleared; an unknown tenant has none.
pub async fn a_term_is_set_and_cleared(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let term = || async {
        let found = storage.tenant(&acme).await.expect("asked").expect("there");
        let terms = storage.retention_terms().await.expect("asked");
        let listed = terms.into_iter().find(|(tenant, _)| *tenant == acme);
        assert_eq!(listed.expect("listed").1, found.retention);
        found.retention
    };
    assert_eq!(term().await, None);
    for days in [Some(RetentionDays::MAX), Some(RetentionDays::MIN), None] {
        assert!(
            set_retention(storage.as_ref(), &acme, days)
                .await
                .expect("set")
        );
        assert_eq!(term().await, days);
    }
    let nobody = super::fixture::tenant("nobody");
    assert!(
        !set_retention(storage.as_ref(), &nobody, None)
            .await
            .expect("asked")
    );
}
