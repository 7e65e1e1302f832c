//! What is stored about one user, for an export.

use std::sync::Arc;

use campanile_domain::{Channel, Notification, NotificationId, TopicKey};
use campanile_pipeline::{cancel_notification, delete_notification};
use campanile_storage::{Storage, UserRecord};

use super::fixture::{accept, notification, now, plan, tenants, user};

/// Every notification with its deliveries, oldest first, in pages; deleted ones too, and no one else's.
pub async fn notifications_of_a_user_are_read_in_pages(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let mut sent = Vec::new();
    for _ in 0..3 {
        let one = notification(&acme, "ada");
        sent.push(one.id);
        accept(storage, vec![one, notification(&acme, "bob")]).await;
        accept(storage, vec![notification(&other, "ada")]).await;
    }
    plan(storage, &[acme.clone(), other.clone()]).await;
    let deleted = delete_notification(storage, &acme, &user("ada"), sent[1], now()).await;
    assert!(deleted.expect("deleted").is_some());
    let (mut found, mut after) = (Vec::<UserRecord>::new(), None::<NotificationId>);
    loop {
        let page = storage.user_records(&acme, &user("ada"), after, 2).await;
        let page = page.expect("read");
        assert!(page.len() <= 2);
        if page.is_empty() {
            break;
        }
        after = page.last().map(|last| last.record.notification.id);
        found.extend(page);
    }
    let ids: Vec<_> = found.iter().map(|one| one.record.notification.id).collect();
    assert_eq!(ids, sent);
    for (place, one) in found.iter().enumerate() {
        assert_eq!(one.record.deliveries.len(), 1, "{one:?}");
        assert_eq!(one.deleted_at.is_some(), place == 1, "{one:?}");
    }
}

/// By name, in pages; only the user's.
pub async fn topics_of_a_user_are_read_in_pages(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let topic = |name: &str| TopicKey::parse(name).expect("a topic");
    for (tenant, name, who) in [
        (&acme, "b", "ada"),
        (&acme, "a", "ada"),
        (&acme, "c", "ada"),
        (&acme, "d", "bob"),
        (&other, "e", "ada"),
    ] {
        let (topic, who) = (topic(name), [user(who)]);
        let subscribed = storage.subscribe(tenant, &topic, &who, now()).await;
        subscribed.expect("subscribed");
    }
    let first = storage.user_topics(&acme, &user("ada"), None, 2).await;
    assert_eq!(first.expect("read"), [topic("a"), topic("b")]);
    let rest = storage
        .user_topics(&acme, &user("ada"), Some(&topic("b")), 2)
        .await;
    assert_eq!(rest.expect("read"), [topic("c")]);
}

/// What went by mail only is found, newest first, unless it was deleted or cancelled.
pub async fn what_no_inbox_shows_is_found(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let mail_only = || Notification {
        channels: Some(vec![Channel::Email]),
        ..notification(&acme, "ada")
    };
    let (first, cancelled, last) = (mail_only(), mail_only(), mail_only());
    for one in [&first, &cancelled, &last] {
        accept(storage, vec![one.clone(), notification(&acme, "ada")]).await;
    }
    let done = cancel_notification(&storage, &acme, cancelled.id, now()).await;
    assert!(matches!(done, Ok(Some(_))), "{done:?}");
    let found = storage.outside_inbox(&acme, &user("ada"), 10).await;
    let ids: Vec<_> = found.expect("read").iter().map(|one| one.id).collect();
    assert_eq!(ids, [last.id, first.id]);
    let found = storage.outside_inbox(&acme, &user("ada"), 4).await;
    assert_eq!(found.expect("read").len(), 1, "among the newest four");
}
