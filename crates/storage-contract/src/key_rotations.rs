//! A tenant's data key is replaced, and what the former one has sealed is sealed again. The storage seals texts.

use std::collections::BTreeSet;
use std::sync::Arc;

use campanile_domain::{KeyRotation, NotificationType, RotationStage, Suppression, TenantId};
use campanile_pipeline::{
    RotationRefusal, add_suppressions, data_key_state, merge_step, merge_users, put_user,
    rotate_data_key, rotation_step_at, seal_open_texts, start_fanout,
};
use campanile_storage::{InboxFilter, NewFanout, PageSize, PageStart, Storage, SuppressionFilter};
use chrono::{DateTime, TimeDelta, Utc};

use super::address_book::person;
use super::fixture::{accept, dispatched, fanout, notification, now, tenants, user};
use super::sealed_addresses::entry;
use super::topics::topic;

/// More than a step looks at.
const MANY: usize = 230;

async fn rotate(storage: &dyn Storage, tenant: &TenantId) -> KeyRotation {
    let begun = rotate_data_key(&storage, tenant, true, now()).await;
    begun.expect("asked").expect("begun")
}

/// Steps until none is due at `at`; gives the last.
pub(crate) async fn run(storage: &dyn Storage, at: DateTime<Utc>) -> Option<KeyRotation> {
    let mut last = None;
    loop {
        let turn = rotation_step_at(&storage, at).await.expect("stepped");
        assert!(turn.failed.is_none(), "{turn:?}");
        match turn.stepped {
            Some(rotation) => last = Some(rotation),
            None => return last,
        }
    }
}

/// Steps from `from` on until the rotation is over: a pass that waits for other transactions is tried again some minutes later.
pub(crate) async fn run_to_the_end(storage: &dyn Storage, from: DateTime<Utc>) -> KeyRotation {
    for later in 0..1_000 {
        let last = run(storage, from + TimeDelta::minutes(later)).await;
        if let Some(last) = last.filter(|last| last.stage() == RotationStage::Done) {
            return last;
        }
    }
    panic!("the rotation does not end");
}

async fn former(storage: &dyn Storage, tenant: &TenantId) -> u64 {
    let state = data_key_state(&storage, tenant).await;
    state.expect("read").0.former
}

/// How many notifications are there, and how many of them have their title.
async fn readable(storage: &dyn Storage, tenant: &TenantId) -> (usize, usize) {
    let size = PageSize {
        rows: 1_000,
        bytes: 1 << 24,
    };
    let (reader, start) = (user("u"), PageStart::Offset(0));
    let filter = InboxFilter::default();
    let page = storage.inbox_page(tenant, &reader, &filter, start, size, now());
    let items = page.await.expect("a page").items;
    let titles = items.iter().filter(|item| {
        let title = item.notification.title.as_deref();
        title.is_some_and(|title| title.starts_with("title"))
    });
    (items.len(), titles.count())
}

async fn send(storage: &dyn Storage, tenant: &TenantId, count: usize) {
    let all = (0..count).map(|number| {
        let mut one = notification(tenant, "u");
        one.title = Some(format!("title {number}"));
        one
    });
    accept(storage, all.collect()).await;
}

/// At all times everything can be read, and the former key goes once nothing is left of it, but not before no process uses it.
pub async fn what_a_former_key_has_sealed_is_sealed_again(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    send(storage, &acme, MANY).await;
    send(storage, &other, 1).await;
    let (news, users) = (topic("news"), [user("u")]);
    let subscribed = storage.subscribe(&acme, &news, &users, now()).await;
    subscribed.expect("subscribed");
    let mut to_topic = fanout(&acme);
    to_topic.title = Some("title of a topic".into());
    let new = NewFanout {
        fanout: to_topic,
        idempotency: None,
    };
    start_fanout(&storage, new.into()).await.expect("stored");
    let old = storage.tenant_keys(&acme).await.expect("read");

    let begun = rotate(storage, &acme).await;
    assert_eq!(begun.stage(), RotationStage::Encrypting);
    let keys = storage.tenant_keys(&acme).await.expect("read");
    assert_eq!(keys[1..], old);
    // Some by a process that does not know the new key yet.
    send(storage, &acme, 20).await;
    assert_eq!(readable(storage, &acme).await, (MANY + 20, MANY + 20));
    let waiting = run(storage, now()).await.expect("stepped");
    assert_eq!(waiting.stage(), RotationStage::Waiting);
    assert!(waiting.counts.resealed > MANY as u64, "{waiting:?}");
    assert_eq!(waiting.counts.unreadable, 0);
    assert_eq!(former(storage, &acme).await, 1);
    assert_eq!(readable(storage, &acme).await, (MANY + 20, MANY + 20));

    // A pass that found something is followed by another one.
    let last = run_to_the_end(storage, now() + TimeDelta::minutes(10)).await;
    assert!(last.counts.looked_at == 251, "{last:?}");
    assert_eq!(former(storage, &acme).await, 0);
    assert_eq!(readable(storage, &acme).await, (MANY + 20, MANY + 20));
    assert_eq!(readable(storage, &other).await, (1, 1));
    assert_eq!(storage.tenant_keys(&acme).await.expect("read"), keys[..1]);
}

/// Deliveries hold up nothing: their addresses are sealed again, too.
pub async fn the_former_key_of_a_tenant_with_deliveries_goes(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    dispatched(storage, &acme, &["u"]).await;
    rotate(storage, &acme).await;
    run(storage, now()).await;
    run_to_the_end(storage, now() + TimeDelta::minutes(10)).await;
    assert_eq!(former(storage, &acme).await, 0);
}

/// A repetition changes nothing while it runs, and a tenant without a key has none to replace.
pub async fn a_rotation_that_runs_is_given_as_it_stands(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let refused = rotate_data_key(&storage, &acme, true, now()).await;
    assert_eq!(refused.expect("asked"), Err(RotationRefusal::NoKey));
    send(storage, &acme, 1).await;
    let begun = rotate(storage, &acme).await;
    let keys = storage.tenant_keys(&acme).await.expect("read");
    let again = rotate_data_key(&storage, &acme, true, now() + TimeDelta::seconds(1)).await;
    assert_eq!(again.expect("asked"), Ok(begun.clone()));
    assert_eq!(storage.tenant_keys(&acme).await.expect("read"), keys);
    let other = seal_open_texts(&storage, &acme, now()).await;
    assert_eq!(other.expect("asked"), Ok(begun));
    run(storage, now()).await;
    run_to_the_end(storage, now() + TimeDelta::minutes(10)).await;
    // Once it is over, another one may begin. It takes over what only encrypts what lies in the open.
    let sealing = seal_open_texts(&storage, &acme, now()).await;
    assert_eq!(sealing.expect("asked").expect("begun").rotated_at, None);
    let begun = rotate_data_key(&storage, &acme, false, now()).await;
    assert!(begun.expect("asked").expect("begun").rotated_at.is_some());
    assert_eq!(former(storage, &acme).await, 1);
    let other = seal_open_texts(&storage, &acme, now()).await;
    assert_eq!(other.expect("asked"), Err(RotationRefusal::Running));
}

/// A notification that is deleted while it waits to be sealed again stays without texts.
pub async fn a_change_meanwhile_wins(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    send(storage, &acme, 2).await;
    let size = PageSize {
        rows: 10,
        bytes: 1 << 20,
    };
    let filter = InboxFilter::default();
    let (reader, start) = (user("u"), PageStart::Offset(0));
    let page = storage.inbox_page(&acme, &reader, &filter, start, size, now());
    let first = page.await.expect("a page").items.remove(0);
    rotate(storage, &acme).await;
    let id = first.notification.id;
    let deleted =
        campanile_pipeline::delete_notification(&storage, &acme, &reader, id, now()).await;
    deleted.expect("deleted");
    run(storage, now()).await;
    assert_eq!(readable(storage, &acme).await, (1, 1));
}

/// What lies in the open is sealed, also of a tenant that has no key yet: addresses once all processes know the key.
pub async fn a_tenant_without_a_key_gets_one(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let begun = seal_open_texts(&storage, &acme, now()).await;
    begun.expect("asked").expect("begun");
    let waiting = run(storage, now()).await.expect("stepped");
    assert_eq!(waiting.stage(), RotationStage::Waiting);
    let done = run(storage, now() + TimeDelta::minutes(3)).await;
    assert_eq!(done.expect("stepped").stage(), RotationStage::Done);
    let (keys, _) = data_key_state(&storage, &acme).await.expect("read");
    assert!(keys.made_at.is_some() && keys.former == 0);
}

/// A merge moves rows, perhaps behind the walk: its pass does not remove the former key.
pub async fn a_merge_is_followed_by_another_pass(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    for of in ["zoe", "ada"] {
        let someone = person(&acme, of, Some("ada@example.com"));
        put_user(&storage, &someone).await.expect("stored");
    }
    rotate(storage, &acme).await;
    run(storage, now()).await;
    let mut at = now() + TimeDelta::minutes(10);
    let mut seen = None;
    for _ in 0..1_000 {
        match rotation_step_at(&storage, at)
            .await
            .expect("stepped")
            .stepped
        {
            Some(rotation) => seen = Some(rotation),
            None => at += TimeDelta::minutes(1),
        }
        if seen
            .as_ref()
            .is_some_and(|one| one.follows_settled && one.pass_found == 0 && one.place == "devices")
        {
            break;
        }
    }
    let clean = seen.expect("stepped");
    assert_eq!(clean.place, "devices");
    let both = (&user("zoe"), &user("ada"));
    let merge = merge_users(&storage, &acme, both, at).await;
    merge.expect("asked").expect("begun");
    while merge_step(&storage, at)
        .await
        .expect("stepped")
        .stepped
        .is_some()
    {}
    let last = run_to_the_end(storage, at).await;
    assert_eq!(last.pass, clean.pass + 1);
}

/// Of an entry that is in two pages, by its notification types, nothing is lost.
pub async fn a_long_suppression_list_is_sealed_again(storage: Arc<dyn Storage>) {
    // Of the 400 rows of a step, the last one has the same address as the first two of the next.
    const ADDRESSES: usize = 150;
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let types = [None, Some("a"), Some("b")]
        .map(|name| name.map(|name| NotificationType::parse(name).expect("a type")));
    let mut entries = Vec::new();
    for number in 0..ADDRESSES {
        for notification_type in &types {
            let mut one = entry(&number.to_string());
            one.key.notification_type.clone_from(notification_type);
            entries.push(one);
        }
    }
    let expected = keys_of(&entries);
    let added = add_suppressions(&storage, &acme, entries).await;
    assert_eq!(added.expect("added"), expected.len() as u64);
    rotate(storage, &acme).await;
    run(storage, now()).await;
    let last = run_to_the_end(storage, now() + TimeDelta::minutes(10)).await;
    assert_eq!(last.counts.unreadable, 0);
    assert!(last.counts.resealed >= ADDRESSES as u64, "{last:?}");
    assert_eq!(former(storage, &acme).await, 0);
    let filter = SuppressionFilter::default();
    let page = storage.suppressions(&acme, &filter, None, 1_000).await;
    assert_eq!(keys_of(&page.expect("read").items), expected);
}

fn keys_of(entries: &[Suppression]) -> BTreeSet<(String, Option<String>)> {
    let keys = entries.iter().map(|one| {
        let of = one.key.notification_type.as_ref();
        let of = of.map(|of| of.as_str().to_owned());
        (one.key.address.as_str().to_owned(), of)
    });
    keys.collect()
}
