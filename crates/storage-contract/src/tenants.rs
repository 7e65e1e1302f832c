//! The operator's table.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{
    LinkScheme, Notification, RetryLadder, Routes, Tenant, TenantId, TenantLimits, TokenKeys,
};
use campanile_pipeline::{NoWords, RemovedTenants, remove_tenants, start_fanout, step_fanout};
use campanile_storage::{CountStep, NewFanout, StepLimits, Storage, TenantChange, TenantUsage};
use chrono::TimeDelta;

use super::fixture::{accept, fanout, notification, now, plan_along_at, release, tenant, user};

/// The second time changes nothing; the list is by name and begins with what was there.
pub async fn a_tenant_is_created_once(storage: Arc<dyn Storage>) {
    let (made, acme) = (now(), tenant("acme"));
    assert_eq!(storage.tenant(&acme).await.expect("read"), None);
    assert!(storage.create_tenant(&acme, made).await.expect("created"));
    let later = made + TimeDelta::days(1);
    assert!(!storage.create_tenant(&acme, later).await.expect("answered"));
    let found = storage.tenant(&acme).await.expect("read").expect("there");
    assert_eq!((found.created_at, found.retry_ladder), (made, None));
    storage
        .create_tenant(&tenant("a-1"), made)
        .await
        .expect("created");
    let names: Vec<_> = storage
        .tenants()
        .await
        .expect("read")
        .into_iter()
        .map(|t| t.id)
        .collect();
    assert_eq!(names, ["a-1", "acme", "default"].map(tenant));
}

/// Those that exist are found together, each with what it has set.
pub async fn several_tenants_are_found_at_once(storage: Arc<dyn Storage>) {
    let [acme, other, unknown] = ["acme", "other", "unknown"].map(tenant);
    for id in [&acme, &other] {
        assert!(storage.create_tenant(id, now()).await.expect("created"));
    }
    let set = storage.set_locale(&other, Some("de")).await;
    assert!(set.expect("set"));
    let asked = [&acme, &other, &unknown].into();
    let mut found = storage.tenants_of(&asked).await.expect("read");
    found.sort_by(|a, b| a.id.cmp(&b.id));
    let one = async |id| storage.tenant(id).await.expect("read").expect("there");
    assert_eq!(found, [one(&acme).await, one(&other).await]);
    let none = storage.tenants_of(&[&unknown].into()).await;
    assert_eq!(none.expect("read"), []);
}

/// In one statement: there is never a tenant of that name without it.
pub async fn a_tenant_is_created_with_its_ladder(storage: Arc<dyn Storage>) {
    let acme = tenant("acme");
    let ladder = RetryLadder::new(vec![Duration::from_secs(7)]);
    let create = |ladder| storage.create_tenant_with(&acme, ladder, now());
    assert!(create(ladder.as_ref()).await.expect("created"));
    assert!(!create(None).await.expect("answered"), "it is there");
    let found = storage.tenant(&acme).await.expect("read").expect("there");
    assert_eq!(found.retry_ladder, ladder);
}

/// Milliseconds survive; an unknown tenant is said to be unknown.
pub async fn a_ladder_is_set_and_cleared(storage: Arc<dyn Storage>) {
    let acme = tenant("acme");
    storage.create_tenant(&acme, now()).await.expect("created");
    let ladder = RetryLadder::new(vec![
        Duration::from_millis(1_500),
        Duration::from_secs(86_400),
    ]);
    for wanted in [ladder.as_ref(), None] {
        assert!(storage.set_retry_ladder(&acme, wanted).await.expect("set"));
        let found = storage.tenant(&acme).await.expect("read").expect("there");
        assert_eq!(found.retry_ladder.as_ref(), wanted);
    }
    let unknown = storage
        .set_retry_ladder(&tenant("nobody"), ladder.as_ref())
        .await;
    assert!(!unknown.expect("answered"));
}

/// Schemes of links and the locale are kept for the tenant that they are set for.
pub async fn what_a_tenant_sets_about_texts_is_kept(storage: Arc<dyn Storage>) {
    let [acme, other, nobody] = ["acme", "other", "nobody"].map(tenant);
    for name in [&acme, &other] {
        storage.create_tenant(name, now()).await.expect("created");
    }
    let schemes = ["com.example.app", "tel"].map(|name| LinkScheme::parse(name).expect("one"));
    for (some, locale) in [(&schemes[..], Some("de-AT")), (&[], None)] {
        assert!(storage.set_link_schemes(&acme, some).await.expect("set"));
        assert!(storage.set_locale(&acme, locale).await.expect("set"));
        let found = storage.tenant(&acme).await.expect("read").expect("there");
        assert_eq!(found.link_schemes, some);
        assert_eq!(found.locale.as_deref(), locale);
        let is_on = locale.is_some();
        assert!(storage.set_push_badge(&acme, is_on).await.expect("set"));
        let found = storage.tenant(&acme).await.expect("read").expect("there");
        assert_eq!(found.push_badge, is_on);
        let found = storage.tenant(&other).await.expect("read").expect("there");
        assert_eq!((found.link_schemes, found.locale), (Vec::new(), None));
    }
    assert!(
        !storage
            .set_link_schemes(&nobody, &schemes)
            .await
            .expect("answered")
    );
    assert!(
        !storage
            .set_push_badge(&nobody, true)
            .await
            .expect("answered")
    );
    assert!(
        !storage
            .set_locale(&nobody, Some("de"))
            .await
            .expect("answered")
    );
}

/// What is named is changed, in one statement; the rest stays.
pub async fn a_change_leaves_what_it_does_not_name(storage: Arc<dyn Storage>) {
    let [acme, nobody] = ["acme", "nobody"].map(tenant);
    let made = Tenant {
        retry_ladder: RetryLadder::new(vec![Duration::from_secs(7)]),
        link_schemes: vec![LinkScheme::parse("myapp").expect("one")],
        locale: Some("de-AT".to_owned()),
        push_badge: true,
        track_opens: true,
        track_clicks: true,
        max_api_keys: Some(3),
        limits: TenantLimits {
            requests: "600/m burst 50".parse().ok(),
            sends: "100/s".parse().ok(),
            streams: Some(500),
            types: Some(0),
            recipients: Some(20),
            queued: Some(30),
            notifications: Some(40),
        },
        token_keys: Some(TokenKeys::stored(r#"{"keys":[]}"#.to_owned())),
        ..Tenant::new(acme.clone(), now())
    };
    assert!(storage.add_tenant(&made).await.expect("added"));
    assert!(!storage.add_tenant(&made).await.expect("answered"));
    let change = |change: TenantChange| {
        let (storage, acme) = (Arc::clone(&storage), acme.clone());
        async move {
            let changed = storage.change_tenant(&acme, &change).await;
            let changed = changed.expect("changed").expect("there");
            let found = storage.tenant(&acme).await.expect("read");
            assert_eq!(found.as_ref(), Some(&changed));
            changed
        }
    };
    assert_eq!(change(TenantChange::default()).await, made);
    let at = now();
    for since in [at, at + TimeDelta::seconds(9)] {
        let suspended = change(TenantChange {
            suspended_at: Some(Some(since)),
            ..TenantChange::default()
        });
        // It stays suspended since the first time.
        let expected = Tenant {
            suspended_at: Some(at),
            ..made.clone()
        };
        assert_eq!(suspended.await, expected);
    }
    let resumed = change(TenantChange {
        suspended_at: Some(None),
        track_clicks: Some(false),
        ..TenantChange::default()
    });
    let expected = Tenant {
        track_clicks: false,
        ..made.clone()
    };
    assert_eq!(resumed.await, expected);
    let reset = change(TenantChange {
        retry_ladder: Some(None),
        link_schemes: Some(Vec::new()),
        locale: Some(None),
        push_badge: Some(false),
        track_opens: Some(false),
        track_clicks: Some(false),
        suspended_at: Some(None),
        max_api_keys: Some(None),
        max_requests: Some(None),
        max_sends: Some(None),
        max_streams: Some(None),
        max_types: Some(None),
        max_recipients: Some(None),
        max_queued: Some(None),
        max_notifications: Some(None),
        token_keys: Some(None),
    });
    assert_eq!(reset.await, Tenant::new(acme.clone(), made.created_at));
    let nothing = TenantChange::default();
    let unknown = storage.change_tenant(&nobody, &nothing).await;
    assert_eq!(unknown.expect("answered"), None);
}

/// What waits, wherever it does; and notifications, a part after the other.
pub async fn what_waits_and_what_is_stored_is_counted(storage: Arc<dyn Storage>) {
    let [acme, other] = super::fixture::tenants(storage.as_ref(), ["acme", "other"]).await;
    let queued = async |tenant: &TenantId, most| {
        let queued = storage.queued_of(tenant, most).await;
        queued.expect("counted")
    };
    assert_eq!(queued(&acme, 100).await, 0);
    let three = ["u1", "u2", "u3"].map(|user| notification(&acme, user));
    accept(storage.as_ref(), three.to_vec()).await;
    assert_eq!(queued(&acme, 100).await, 3);
    // Those that are sent later wait, too.
    let later = Notification {
        send_at: Some(now() + TimeDelta::hours(1)),
        ..notification(&acme, "u1")
    };
    accept(storage.as_ref(), vec![later]).await;
    assert_eq!(queued(&acme, 100).await, 4);
    super::fixture::dispatched(storage.as_ref(), &other, &["u1", "u2"]).await;
    assert_eq!(queued(&other, 100).await, 2);
    let part = async |after, limit| {
        let part = storage.count_notifications(&acme, after, limit).await;
        part.expect("counted")
    };
    let whole = CountStep {
        counted: 4,
        last: None,
    };
    assert_eq!(part(None, 5).await, whole);
    let first = part(None, 3).await;
    assert_eq!(first.counted, 3);
    let last = CountStep {
        counted: 1,
        last: None,
    };
    assert!(first.last.is_some());
    assert_eq!(part(first.last, 3).await, last);
    let exactly = part(None, 4).await;
    assert_eq!(part(exactly.last, 4).await.counted, 0);
}

/// By name, a page after the other.
pub async fn tenants_are_listed_in_pages(storage: Arc<dyn Storage>) {
    super::fixture::tenants(storage.as_ref(), ["acme", "b-1", "zoo"]).await;
    let page = |after: Option<&'static str>, limit| {
        let storage = Arc::clone(&storage);
        async move {
            let after = after.map(tenant);
            let page = storage.tenant_page(after.as_ref(), limit).await;
            let names = page.expect("read").into_iter().map(|one| one.id);
            names.collect::<Vec<_>>()
        }
    };
    let all = ["acme", "b-1", "default", "zoo"].map(tenant);
    assert_eq!(page(None, 10).await, all);
    assert_eq!(page(None, 2).await, all[..2]);
    assert_eq!(page(Some("b-1"), 2).await, all[2..]);
    assert_eq!(page(Some("zoo"), 2).await, []);
}

/// What it accepted before waits: it is neither planned nor released, and no fan-out goes on.
pub async fn what_waits_for_a_suspended_tenant_waits_on(storage: Arc<dyn Storage>) {
    let [acme, other] = super::fixture::tenants(storage.as_ref(), ["acme", "other"]).await;
    let suspend = |since| {
        let (storage, acme) = (Arc::clone(&storage), acme.clone());
        async move {
            let change = TenantChange {
                suspended_at: Some(since),
                ..TenantChange::default()
            };
            let changed = storage.change_tenant(&acme, &change).await;
            assert!(changed.expect("changed").is_some());
        }
    };
    for tenant in [&acme, &other] {
        accept(storage.as_ref(), vec![notification(tenant, "u1")]).await;
        let mut later = notification(tenant, "u2");
        later.send_at = Some(now() + TimeDelta::minutes(1));
        accept(storage.as_ref(), vec![later]).await;
        let sent = fanout(tenant);
        let users = [user("u3")];
        let subscribed = storage.subscribe(tenant, &sent.topic, &users, now()).await;
        subscribed.expect("subscribed");
        let new = NewFanout {
            fanout: sent,
            idempotency: None,
        };
        let started = start_fanout(storage.as_ref(), new.into()).await;
        started.expect("started");
    }
    suspend(Some(now())).await;
    let soon = now() + TimeDelta::minutes(2);
    for (expected, is_suspended) in [(vec![other.clone()], true), (vec![acme.clone()], false)] {
        if !is_suspended {
            suspend(None).await;
        }
        let mut planned = BTreeSet::new();
        // A fan-out's step and a release make outbox rows, which the last plan finds.
        for _ in 0..3 {
            let turn = plan_along_at(storage.as_ref(), &Routes::default(), soon).await;
            planned.extend(turn.inboxes);
            let released = release(storage.as_ref(), soon).await;
            assert!(released.dispatches.is_empty(), "nothing was retried");
            let limits = StepLimits::default();
            // Its ids bear the time, which the database compares with its own.
            let stepped =
                step_fanout(storage.as_ref(), NoWords::shared(), limits, None, now()).await;
            stepped.expect("stepped");
        }
        let wanted = expected
            .iter()
            .flat_map(|tenant| ["u1", "u2", "u3"].map(|name| (tenant.clone(), user(name))));
        assert_eq!(planned, wanted.collect(), "suspended: {is_suspended}");
    }
}

/// A dispatch that is due again stays where it is until the tenant is resumed.
pub async fn what_the_queue_lost_of_a_suspended_tenant_waits_on(storage: Arc<dyn Storage>) {
    let [acme, other] = super::fixture::tenants(storage.as_ref(), ["acme", "other"]).await;
    for tenant in [&acme, &other] {
        super::fixture::dispatched(storage.as_ref(), tenant, &["u"]).await;
    }
    let later = now() + TimeDelta::hours(1);
    for (suspended_at, expected) in [(Some(now()), &other), (None, &acme)] {
        let change = TenantChange {
            suspended_at: Some(suspended_at),
            ..TenantChange::default()
        };
        let changed = storage.change_tenant(&acme, &change).await;
        assert!(changed.expect("changed").is_some());
        let due = storage.take_due(later, later, 10).await.expect("taken");
        let tenants: Vec<_> = due.iter().map(|one| &one.tenant).collect();
        assert_eq!(tenants, [expected]);
    }
}

/// Its key is gone at once, its rows in steps, and the others keep theirs.
pub async fn a_removed_tenant_leaves_nothing(storage: Arc<dyn Storage>) {
    let [acme, other] = super::fixture::tenants(storage.as_ref(), ["acme", "other"]).await;
    let made = now();
    for tenant in [&acme, &other] {
        super::fixture::dispatched(storage.as_ref(), tenant, &["u1", "u2"]).await;
        accept(storage.as_ref(), vec![notification(tenant, "u1")]).await;
        let (key, hash) = super::api_keys::api_key(tenant, made);
        let put = storage.put_api_key(&key, &hash, 10, None).await;
        put.expect("stored");
        let wrapped = storage.put_tenant_key(tenant, b"wrapped", made).await;
        wrapped.expect("stored");
    }
    let before = storage.tenant_usage(&other, made).await.expect("counted");
    assert_eq!(before.api_keys, 1);
    // A tenant that is not in removal keeps everything.
    let refused = storage.remove_tenant_rows(&acme, 100).await;
    assert_eq!(refused.expect("answered"), 0);
    assert!(!storage.end_tenant_removal(&acme).await.expect("answered"));
    let nobody = storage.begin_tenant_removal(&tenant("nobody"), made).await;
    assert!(!nobody.expect("answered"));
    for at in [made, made + TimeDelta::seconds(1)] {
        assert!(
            storage
                .begin_tenant_removal(&acme, at)
                .await
                .expect("begun")
        );
    }
    let found = storage.tenant(&acme).await.expect("read").expect("there");
    assert_eq!(found.removing_since, Some(made));
    assert!(storage.tenant_keys(&acme).await.expect("read").is_empty());
    let changed = storage.change_tenant(&acme, &TenantChange::default()).await;
    assert_eq!(changed.expect("answered"), None);
    assert_eq!(
        remove_tenants(storage.as_ref(), made)
            .await
            .expect("too early"),
        RemovedTenants::default()
    );
    let soon = made + TimeDelta::minutes(2);
    let first = remove_tenants(storage.as_ref(), soon)
        .await
        .expect("removed");
    assert!(first.rows >= 7 && first.tenants.is_empty(), "{first:?}");
    assert!(storage.tenant(&acme).await.expect("read").is_some());
    // What a worker writes late goes with the tenant.
    accept(storage.as_ref(), vec![notification(&acme, "u9")]).await;
    let late = made + TimeDelta::minutes(16);
    let last = remove_tenants(storage.as_ref(), late)
        .await
        .expect("removed");
    assert_eq!(last.tenants, std::slice::from_ref(&acme));
    assert_eq!(storage.tenant(&acme).await.expect("read"), None);
    assert_eq!(storage.api_keys(&acme, None, 10).await.expect("read"), []);
    let after = storage.tenant_usage(&other, made).await.expect("counted");
    assert_eq!(after, before);
    assert!(!storage.tenant_keys(&other).await.expect("read").is_empty());
    // The name can be used again, by a tenant that has nothing.
    assert!(storage.create_tenant(&acme, made).await.expect("created"));
    let usage = storage.tenant_usage(&acme, made).await.expect("counted");
    assert_eq!(usage, TenantUsage::default());
}
