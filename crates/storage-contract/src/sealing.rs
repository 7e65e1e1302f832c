//! Texts that are sealed with a tenant's key. Whether a process seals and which keys it has is known to its back end, so these are
//! called with a function that opens the same database each time as another process would.

use std::sync::Arc;

use campanile_domain::{Lane, NotificationId, TenantId};
use campanile_pipeline::{
    NoWords, delete_notification, master_key_rotation, rewrap_step, rotate_data_key,
    rotation_step_at, seal_open_texts, start_fanout, start_master_key_rotation, step_fanout,
};
use campanile_storage::{
    InboxFilter, InboxItem, NewFanout, PageSize, PageStart, Search, StepLimits, Storage,
};

use crate::fixture::{
    accept, fanout, item_texts, notification, now, plan, reference, tenants, user,
};
use crate::rate_rules::{self, debounce, device, saying};
use crate::topics::topic;

/// In every text that is sealed.
pub const SECRET: &str = "canary-in-a-sealed-row";

/// How a process treats texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Process {
    /// It seals what it stores.
    Seals,
    /// It has the keys, and stores texts in the open.
    Opens,
    /// It has no master key.
    HasNoKey,
}

/// Rows from before and after it was switched on, and after it was switched off, are read alike; a process without the key shows the
/// rest of a row and sends nothing of it.
///
/// # Panics
/// If a promise is broken.
pub async fn rows_of_all_times_are_read(
    mut open: impl AsyncFnMut(Process) -> Arc<dyn Storage>,
) -> TenantId {
    let says = |text: &str| format!("{text} {SECRET}");
    let storage = open(Process::Opens).await;
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let (news, users) = (topic("news"), [user("u")]);
    let subscribed = storage.subscribe(&acme, &news, &users, now()).await;
    subscribed.expect("subscribed");
    let mut open_one = notification(&acme, "u");
    open_one.title = Some("in the open".into());
    accept(storage.as_ref(), vec![open_one]).await;
    let mut open_topic = fanout(&acme);
    open_topic.body = Some("topic in the open".into());
    start(&storage, open_topic).await;
    storage.close().await;
    drop(storage);

    let storage = open(Process::Seals).await;
    // What was stored in the open is made into rows that are sealed.
    step(&storage).await;
    let mut sealed = notification(&acme, "u");
    sealed.title = Some(says("title"));
    sealed.body = Some(says("body"));
    sealed.content = format!(r#"{{"a":"{SECRET}"}}"#).into();
    sealed.item = item_texts();
    accept(storage.as_ref(), vec![sealed.clone()]).await;
    let mut sealed_topic = fanout(&acme);
    sealed_topic.title = Some(says("topic"));
    sealed_topic.content = format!(r#"{{"b":"{SECRET}"}}"#).into();
    start(&storage, sealed_topic.clone()).await;
    storage.close().await;
    drop(storage);

    let storage = open(Process::Opens).await;
    // What was sealed stays so.
    step(&storage).await;
    let items = inbox(&storage, &acme, None).await;
    let titles: Vec<_> = items
        .iter()
        .map(|i| i.notification.title.as_deref())
        .collect();
    let topic_says = says("topic");
    assert_eq!(titles.len(), 4);
    for expected in [
        Some("in the open"),
        None,
        sealed.title.as_deref(),
        Some(&topic_says),
    ] {
        assert!(titles.contains(&expected), "{expected:?} in {titles:?}");
    }
    let bodies = items.iter().map(|i| i.notification.body.as_deref());
    assert!(
        bodies
            .into_iter()
            .any(|body| body == Some("topic in the open"))
    );
    let of = |id: NotificationId| items.iter().find(|item| item.notification.id == id);
    assert_eq!(of(sealed.id).map(|item| &item.notification), Some(&sealed));
    assert_eq!(inbox(&storage, &acme, Search::of(SECRET)).await.len(), 2);
    let story = storage.timeline(&acme, sealed.id).await.expect("asked");
    assert_eq!(story.expect("there").notification, sealed);
    let records = storage.user_records(&acme, &user("u"), None, 10).await;
    let records = records.expect("asked");
    assert!(records.iter().any(|one| one.record.notification == sealed));
    let planned = plan(storage.as_ref(), std::slice::from_ref(&acme)).await;
    let mut dispatches = planned.dispatches.into_iter();
    // The topics are in another one.
    let dispatch = dispatches.find(|one| one.lane == Lane::Default);
    let dispatch = dispatch.expect("there");
    let loaded = storage.load(&[reference(&dispatch)]).await.expect("loaded");
    let jobs = loaded.into_iter().flatten().flat_map(|one| one.jobs);
    assert!(jobs.into_iter().any(|job| job.notification == sealed));
    storage.close().await;
    drop(storage);

    let storage = open(Process::HasNoKey).await;
    without_texts(&storage, &acme).await;
    let refused = storage.load(&[reference(&dispatch)]).await;
    assert!(refused.expect_err("texts are missing").is_lasting());
    storage.close().await;
    drop(storage);
    acme
}

/// A deleted notification keeps its row, and nothing of its texts: neither in the open nor encrypted. Gives one that was deleted and one
/// that was not.
///
/// # Panics
/// If a promise is broken.
pub async fn what_is_deleted_keeps_no_texts(
    mut open: impl AsyncFnMut(Process) -> Arc<dyn Storage>,
) -> [NotificationId; 2] {
    let storage = open(Process::Seals).await;
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let [deleted, kept] = ["deleted", "kept"].map(|text| saying(&acme, "u", text));
    accept(storage.as_ref(), vec![deleted.clone(), kept.clone()]).await;
    let done = delete_notification(storage.as_ref(), &acme, &user("u"), deleted.id, now()).await;
    assert!(done.expect("answered").is_some());
    let shown = inbox(&storage, &acme, None).await;
    assert_eq!(shown.len(), 1);
    assert_eq!(shown[0].notification, kept);
    storage.close().await;
    [deleted.id, kept.id]
}

/// Texts that cannot be opened are not equal to others that cannot: nothing is held back because of them.
///
/// # Panics
/// If a promise is broken.
pub async fn what_cannot_be_read_is_no_repetition(
    mut open: impl AsyncFnMut(Process) -> Arc<dyn Storage>,
) {
    let storage = open(Process::Seals).await;
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    rate_rules::set(storage.as_ref(), &acme, debounce()).await;
    device(storage.as_ref(), &acme, "u").await;
    let at = now();
    let readable = ["a", "a", "b"].map(|text| saying(&acme, "u", text));
    accept(storage.as_ref(), readable.to_vec()).await;
    rate_rules::plan(storage.as_ref(), &acme, at).await;
    let mut held = Vec::new();
    for one in &readable {
        held.push(rate_rules::held(storage.as_ref(), one).await.is_some());
    }
    assert_eq!(held, [false, true, false], "they can be compared");
    let unreadable = ["c", "d", "d"].map(|text| saying(&acme, "u", text));
    accept(storage.as_ref(), unreadable.to_vec()).await;
    storage.close().await;
    drop(storage);

    let storage = open(Process::HasNoKey).await;
    rate_rules::plan(storage.as_ref(), &acme, at).await;
    storage.close().await;
    drop(storage);
    let storage = open(Process::Opens).await;
    for one in &unreadable {
        assert_eq!(rate_rules::held(storage.as_ref(), one).await, None);
    }
    storage.close().await;
}

/// What was stored in the open before is sealed, beside what is accepted.
///
/// # Panics
/// If a promise is broken.
pub async fn what_lies_in_the_open_is_sealed(
    mut open: impl AsyncFnMut(Process) -> Arc<dyn Storage>,
) {
    let storage = open(Process::Opens).await;
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let mut sent = Vec::new();
    for number in 0..120 {
        let mut one = notification(&acme, "u");
        one.title = Some(format!("title {number} {SECRET}"));
        one.content = format!(r#"{{"a": "{SECRET}"}}"#).into();
        one.item = item_texts();
        sent.push(one);
    }
    accept(storage.as_ref(), sent.clone()).await;
    let (news, users) = (topic("news"), [user("u")]);
    let subscribed = storage.subscribe(&acme, &news, &users, now()).await;
    subscribed.expect("subscribed");
    let mut to_topic = fanout(&acme);
    to_topic.body = Some(SECRET.into());
    start(&storage, to_topic).await;
    storage.close().await;
    drop(storage);

    let storage = open(Process::Seals).await;
    let begun = seal_open_texts(&storage, &acme, now()).await;
    begun.expect("asked").expect("begun");
    let mut sealed = 0;
    while let Some(rotation) = rotation_step_at(&storage, now())
        .await
        .expect("stepped")
        .stepped
    {
        sealed = rotation.counts.sealed;
    }
    assert_eq!(sealed, 121);
    let found = storage.user_records(&acme, &user("u"), None, 500).await;
    let found = found.expect("read");
    assert_eq!(found.len(), sent.len());
    for one in &found {
        let is_same =
            |sent: &&campanile_domain::Notification| sent.id == one.record.notification.id;
        assert_eq!(Some(&one.record.notification), sent.iter().find(is_same));
    }
    storage.close().await;
}

/// Which master keys a process has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Masters {
    /// The old one.
    Old,
    /// The new one, and the old one as the previous.
    Both,
    /// The new one.
    New,
}

/// Under a new master key everything is read that was stored under the old one: at once with both, and without the old one after
/// the rotation. The former key of a data key that is being rotated is among it.
///
/// # Panics
/// If a promise is broken.
pub async fn a_new_master_key_takes_over(mut open: impl AsyncFnMut(Masters) -> Arc<dyn Storage>) {
    let storage = open(Masters::Old).await;
    let all = tenants(storage.as_ref(), ["acme", "other"]).await;
    let says = |tenant: &TenantId| {
        let mut one = notification(tenant, "u");
        one.title = Some(SECRET.into());
        one
    };
    for tenant in &all {
        accept(storage.as_ref(), vec![says(tenant)]).await;
    }
    let begun = rotate_data_key(&storage, &all[0], true, now()).await;
    begun.expect("asked").expect("begun");
    storage.close().await;
    drop(storage);

    let readable = async |storage: &Arc<dyn Storage>, count: usize| {
        for tenant in &all {
            let items = inbox(storage, tenant, None).await;
            let titles = items.iter().map(|item| item.notification.title.as_deref());
            let titles = titles.filter(|title| *title == Some(SECRET)).count();
            assert_eq!((items.len(), titles), (count, count), "{tenant}");
        }
    };
    let storage = open(Masters::Both).await;
    readable(&storage, 1).await;
    let begun = rotate_data_key(&storage, &all[1], true, now()).await;
    begun.expect("asked").expect("begun");
    for tenant in &all {
        accept(storage.as_ref(), vec![says(tenant)]).await;
    }
    let begun = start_master_key_rotation(&storage, &all[1], now()).await;
    let begun = begun.expect("begun");
    let again = start_master_key_rotation(&storage, &all[1], now()).await;
    assert_eq!(again.expect("asked"), begun);
    storage.close().await;
    drop(storage);
    // A process that has another current one would take the keys that it knows for done.
    let storage = open(Masters::Old).await;
    let turn = rewrap_step(&storage, now()).await.expect("asked");
    assert!(turn.stepped.is_none(), "{turn:?}");
    storage.close().await;
    drop(storage);
    // One without the old one would take what the former keys have sealed for lost: their rotations are put off.
    let storage = open(Masters::New).await;
    for _ in &all {
        let turn = rotation_step_at(&storage, now()).await.expect("asked");
        assert!(turn.failed.is_some(), "{turn:?}");
    }
    storage.close().await;
    drop(storage);
    let storage = open(Masters::Both).await;
    while rewrap_step(&storage, now())
        .await
        .expect("stepped")
        .stepped
        .is_some()
    {}
    let done = master_key_rotation(&storage, &all[1]).await.expect("read");
    let done = done.expect("there");
    assert_eq!((done.rewrapped, done.unreadable), (3, 0), "{done:?}");
    readable(&storage, 2).await;
    storage.close().await;
    drop(storage);

    let storage = open(Masters::New).await;
    readable(&storage, 2).await;
    storage.close().await;
    drop(storage);
    let storage = open(Masters::Old).await;
    let items = inbox(&storage, &all[1], None).await;
    assert!(items.iter().all(|item| item.notification.title.is_none()));
    storage.close().await;
}

/// What cannot be opened is shown without its texts, beside the others.
///
/// # Panics
/// If a promise is broken.
pub async fn without_texts(storage: &Arc<dyn Storage>, acme: &TenantId) {
    let items = inbox(storage, acme, None).await;
    assert_eq!(items.len(), 4);
    let texts = items
        .iter()
        .map(|i| (i.notification.title.as_deref(), &*i.notification.content));
    let missing = texts.filter(|texts| *texts == (None, "{}")).count();
    assert_eq!(missing, 3, "{items:?}");
    assert!(inbox(storage, acme, Search::of(SECRET)).await.is_empty());
}

async fn inbox(
    storage: &Arc<dyn Storage>,
    tenant: &TenantId,
    search: Option<Search>,
) -> Vec<InboxItem> {
    let filter = InboxFilter {
        search,
        ..InboxFilter::default()
    };
    let size = PageSize {
        rows: 10,
        bytes: 1 << 20,
    };
    let (reader, start) = (user("u"), PageStart::Offset(0));
    let page = storage.inbox_page(tenant, &reader, &filter, start, size, now());
    page.await.expect("a page").items
}

async fn start(storage: &Arc<dyn Storage>, fanout: campanile_domain::Fanout) {
    let new = NewFanout {
        fanout,
        idempotency: None,
    };
    start_fanout(storage, new.into()).await.expect("stored");
}

async fn step(storage: &Arc<dyn Storage>) {
    let turn = step_fanout(
        storage,
        NoWords::shared(),
        StepLimits::default(),
        None,
        now(),
    )
    .await;
    assert_eq!(
        turn.expect("done").step.map(|step| step.notifications),
        Some(1)
    );
}
