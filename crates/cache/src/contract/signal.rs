//! Promises of the signal that an inbox has changed.

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{NotificationId, TenantId, UserId};
use chrono::Utc;

use crate::{
    AllRead, AnnouncingInboxCache, Changes, Heard, InboxCache, InboxSignal, MAX_READ_IDS, Mailbox,
    NoInboxCache, Read, change,
};

type Signal = Arc<dyn InboxSignal>;

/// Longer than any signal takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

fn mailbox(tenant: &str, user: &str) -> Mailbox {
    let (tenant, user) = (TenantId::parse(tenant), UserId::parse(user));
    Mailbox::new(&tenant.expect("a tenant"), &user.expect("a user"))
}

fn anna() -> Mailbox {
    mailbox("acme", "anna")
}

async fn next(signal: &Signal) -> Heard {
    let heard = tokio::time::timeout(PATIENCE, signal.heard()).await;
    heard.expect("something is heard")
}

/// All that is heard until this inbox's change is among it. A watch that began during an outage may report a loss
/// first.
async fn until(signal: &Signal, whose: &Mailbox) -> Changes {
    loop {
        let mut heard = next(signal).await;
        if let Some(changes) = heard.changed.remove(whose) {
            return changes;
        }
    }
}

/// Whichever node announces it.
pub async fn a_change_is_heard_by_every_node_that_watches(one: Signal, other: Signal) {
    one.watch(&anna()).await;
    one.changed(&[anna()]);
    until(&one, &anna()).await;
    other.watch(&anna()).await;
    one.changed(&[anna()]);
    until(&other, &anna()).await;
    other.unwatch(&anna());
    one.unwatch(&anna());
}

/// Users of the same name in two tenants are two users.
pub async fn only_watched_inboxes_are_heard(one: Signal, other: Signal) {
    let (of_other_tenant, bert) = (mailbox("other", "anna"), mailbox("acme", "bert"));
    other.watch(&anna()).await;
    one.changed(&[of_other_tenant, bert]);
    one.changed(&[anna()]);
    loop {
        let heard = next(&other).await;
        assert!(heard.changed.keys().all(|whose| *whose == anna()));
        if !heard.changed.is_empty() {
            break;
        }
    }
}

/// Two streams of a user, one of which ends.
pub async fn a_watch_holds_until_the_last_is_taken_back(one: Signal, other: Signal) {
    let bert = mailbox("acme", "bert");
    for _ in 0..2 {
        other.watch(&anna()).await;
    }
    other.watch(&bert).await;
    other.unwatch(&anna());
    one.changed(&[anna()]);
    until(&other, &anna()).await;
    other.unwatch(&anna());
    one.changed(&[anna()]);
    one.changed(std::slice::from_ref(&bert));
    loop {
        let heard = next(&other).await;
        assert!(!heard.changed.contains_key(&anna()));
        if heard.changed.contains_key(&bert) {
            break;
        }
    }
}

/// An announcement never waits for the listener, and what is not taken yet is kept once.
pub async fn a_flood_is_heard_as_one_change(one: Signal, other: Signal) {
    other.watch(&anna()).await;
    for _ in 0..10_000 {
        one.changed(&[anna()]);
    }
    assert_eq!(until(&other, &anna()).await, Changes::default());
}

/// The ids, or that everything was.
pub async fn what_was_read_is_named(one: Signal, other: Signal) {
    other.watch(&anna()).await;
    let (id, now) = (NotificationId::floor(Utc::now()), Utc::now());
    one.read(&anna(), Read::These(vec![id]));
    let all = AllRead {
        notification_type: None,
        before: now,
    };
    one.read(&anna(), Read::All(all.clone()));
    let (mut ids, mut calls) = (Vec::new(), Vec::new());
    while ids.is_empty() || calls.is_empty() {
        let changes = until(&other, &anna()).await;
        ids.extend(changes.read);
        calls.extend(changes.all_read);
    }
    assert_eq!(ids, [id]);
    let reported = calls.first().expect("one");
    assert_eq!(reported.notification_type, None);
    assert_eq!(reported.before.timestamp_millis(), now.timestamp_millis());
}

/// What was marked as unread or put back into the list.
pub async fn what_is_to_be_shown_again_is_named(one: Signal, other: Signal) {
    other.watch(&anna()).await;
    let now = Utc::now();
    let id = |n| NotificationId::floor(now + chrono::TimeDelta::milliseconds(n));
    let (mut ids, sent) = (Vec::new(), [id(0), id(1)]);
    one.read(&anna(), Read::These(vec![id(2)]));
    for id in sent {
        one.returned(&anna(), id);
    }
    let mut read = Vec::new();
    while ids.len() < sent.len() || read.is_empty() {
        let changes = until(&other, &anna()).await;
        ids.extend(changes.returned);
        read.extend(changes.read);
        assert!(!changes.details_lost);
    }
    assert_eq!((ids.as_slice(), read), (&sent[..], vec![id(2)]));
}

/// A listener learns that there was more.
pub async fn details_that_do_not_fit_are_reported(one: Signal, other: Signal) {
    other.watch(&anna()).await;
    let now = Utc::now();
    let ids = (0..=MAX_READ_IDS as i64)
        .map(|n| NotificationId::floor(now + chrono::TimeDelta::milliseconds(n)));
    one.read(&anna(), Read::These(ids.collect()));
    while !until(&other, &anna()).await.details_lost {}
    one.read(&anna(), Read::Some);
    while !until(&other, &anna()).await.details_lost {}
}

/// By both ways in which writers use the cache.
pub async fn writes_through_the_cache_are_announced(one: Signal, other: Signal) {
    other.watch(&anna()).await;
    let cache: Arc<dyn InboxCache> =
        Arc::new(AnnouncingInboxCache::new(Arc::new(NoInboxCache), one));
    cache.raise(&[anna()]).await;
    until(&other, &anna()).await;
    change(&cache, anna(), async {}).await;
    until(&other, &anna()).await;
}
