//! Topics: exact numbers, whatever comes at once.

use std::sync::Arc;

use campanile_domain::{TenantId, TopicKey, UserId};

use super::fixture::{now, tenants, user};
use campanile_pipeline::erase_user;
use campanile_storage::{Storage, Topic};

/// A topic's name.
pub(super) fn topic(name: &str) -> TopicKey {
    TopicKey::parse(name).expect("a topic's name")
}

/// Users with these numbers.
pub(super) fn users(numbers: std::ops::Range<usize>) -> Vec<UserId> {
    numbers.map(|n| user(&format!("u{n:05}"))).collect()
}

async fn known(storage: &dyn Storage, tenant: &TenantId, name: &str) -> Option<Topic> {
    let found = storage.topic(tenant, &topic(name)).await;
    found.expect("asked")
}

async fn listed(storage: &dyn Storage, tenant: &TenantId, name: &str) -> Vec<UserId> {
    let all = storage
        .subscribers(tenant, &topic(name), None, 100_000)
        .await;
    all.expect("listed")
}

/// Who is subscribed already, or named twice, counts once; who is not there cannot leave.
pub async fn subscribers_are_counted_exactly(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let (news, at) = (topic("news"), now());
    let twice = [users(0..10), users(5..10)].concat();
    let first = storage.subscribe(&acme, &news, &twice, at).await;
    assert_eq!(first.expect("subscribed"), 10);
    let again = storage.subscribe(&acme, &news, &users(8..12), at).await;
    assert_eq!(again.expect("subscribed"), 12);
    let none = storage.subscribe(&acme, &news, &[], at).await;
    assert_eq!(none.expect("nobody more"), 12);
    let left = [users(0..3), users(0..1), users(50..60)].concat();
    let left = storage.unsubscribe(&acme, &news, &left, at).await;
    assert_eq!(left.expect("unsubscribed"), Some(9));
    let there = known(storage, &acme, "news").await.expect("there");
    assert_eq!((there.subscribers, there.created_at), (9, at));
    assert_eq!(listed(storage, &acme, "news").await, users(3..12));
    let all = storage.unsubscribe(&acme, &news, &users(0..100), at).await;
    assert_eq!(all.expect("unsubscribed"), Some(0));
    let there = known(storage, &acme, "news").await;
    assert_eq!(there.expect("it stays").subscribers, 0);
}

/// No user leaves a topic that never was, and asking does not make it.
pub async fn a_topic_is_made_by_its_first_subscriber(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let left = storage
        .unsubscribe(&acme, &topic("nothing"), &users(0..1), now())
        .await;
    assert_eq!(left.expect("asked"), None);
    assert_eq!(known(storage, &acme, "nothing").await, None);
    assert!(listed(storage, &acme, "nothing").await.is_empty());
}

/// The same name is another topic for another tenant.
pub async fn a_topic_belongs_to_its_tenant(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    for (tenant, users) in [(&acme, users(0..3)), (&other, users(3..8))] {
        let done = storage
            .subscribe(tenant, &topic("news"), &users, now())
            .await;
        done.expect("subscribed");
    }
    assert_eq!(listed(storage, &acme, "news").await, users(0..3));
    assert_eq!(listed(storage, &other, "news").await, users(3..8));
    let erased = erase_user(&storage, &other, &user("u00001"), now()).await;
    assert!(!erased.expect("asked"), "acme's user is nobody here");
    assert_eq!(listed(storage, &acme, "news").await.len(), 3);
}

/// Page by page, by the bytes of their names.
pub async fn subscribers_come_in_pages(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    // A language would put them in another order.
    let mut all: Vec<_> = ["b", "Ä", "a", "B", "ä", "a b", "a-b", "_", "日本", "~"]
        .map(user)
        .into();
    let done = storage.subscribe(&acme, &topic("t"), &all, now()).await;
    assert_eq!(done.expect("subscribed"), 10);
    all.sort_by(|one, two| one.as_str().as_bytes().cmp(two.as_str().as_bytes()));
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = storage
            .subscribers(&acme, &topic("t"), after.as_ref(), 3)
            .await
            .expect("listed");
        let Some(last) = page.last().cloned() else {
            break;
        };
        found.extend(page);
        after = Some(last);
    }
    assert_eq!(found, all);
}

/// Calls that overlap neither lose nor double a number.
pub async fn calls_at_once_count_each_user_once(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let mut calls = tokio::task::JoinSet::new();
    for n in 0..12 {
        let (storage, acme) = (Arc::clone(&storage), acme.clone());
        calls.spawn(async move {
            let (news, users) = (topic("news"), users(n * 10..n * 10 + 40));
            if n % 3 == 2 {
                let done = storage.unsubscribe(&acme, &news, &users, now()).await;
                done.expect("unsubscribed");
            } else {
                let done = storage.subscribe(&acme, &news, &users, now()).await;
                done.expect("subscribed");
            }
        });
    }
    while let Some(done) = calls.join_next().await {
        done.expect("no panic");
    }
    let counted = known(storage.as_ref(), &acme, "news").await.expect("there");
    let there = listed(storage.as_ref(), &acme, "news").await.len();
    assert_eq!(counted.subscribers, there as u64);
}

/// An erased person is subscribed to nothing, and counted nowhere.
pub async fn an_erased_person_is_subscribed_to_nothing(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    for name in ["one", "two"] {
        let done = storage
            .subscribe(&acme, &topic(name), &users(0..3), now())
            .await;
        done.expect("subscribed");
    }
    let erased = erase_user(&storage, &acme, &user("u00001"), now()).await;
    assert!(erased.expect("erased"), "being subscribed is something");
    for name in ["one", "two"] {
        let left = listed(storage, &acme, name).await;
        assert_eq!(left, [user("u00000"), user("u00002")]);
        let there = known(storage, &acme, name).await.expect("there");
        assert_eq!(there.subscribers, 2);
    }
}
