//! One notification by its id.

use std::sync::Arc;

use campanile_domain::{Channel, InboxChange, NotificationId};
use chrono::TimeDelta;

use super::fixture::{accept, notification, now, plan, tenants, user};
use campanile_pipeline::{cancel_notification, change_notification, delete_notification};
use campanile_storage::{InboxFilter, PageSize, PageStart, Storage};

/// With all that a line of the inbox has; whether its user sees it yet is the caller's to decide.
pub async fn one_is_found_by_its_tenant_and_its_user(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let (mine, theirs) = (user("u"), user("v"));
    let listed = notification(&acme, "u");
    let mut later = notification(&acme, "u");
    later.send_at = Some(now() + TimeDelta::hours(1));
    let mut push_only = notification(&acme, "u");
    push_only.channels = Some(vec![Channel::Push]);
    let all = vec![listed.clone(), later.clone(), push_only.clone()];
    accept(storage.as_ref(), all).await;
    plan(storage.as_ref(), std::slice::from_ref(&acme)).await;
    let read = InboxChange::Read;
    let changed = change_notification(storage.as_ref(), &acme, &mine, listed.id, read, now());
    changed.await.expect("changed").expect("theirs");

    let (filter, start) = (InboxFilter::default(), PageStart::Offset(0));
    let page = storage.inbox_page(&acme, &mine, &filter, start, PageSize::rows(9), now());
    let page = page.await.expect("read");
    for reader in [None, Some(&mine)] {
        let found = storage.notification(&acme, reader, listed.id).await;
        let found = found.expect("read").expect("there");
        assert_eq!(Some(&found.item), page.items.first());
        assert!(found.item.marks.read_at.is_some());
        assert!(!found.item.delivery_states.is_empty());
        assert!(found.is_shown(now()));
        for (one, is_shown) in [(&later, false), (&push_only, true)] {
            let found = storage.notification(&acme, reader, one.id).await;
            let found = found.expect("read").expect("there");
            assert_eq!(&found.item.notification, one);
            assert_eq!(found.is_shown(now()), is_shown);
        }
    }
    let absent = NotificationId::at(now());
    for (tenant, reader, id) in [
        (&acme, Some(&theirs), listed.id),
        (&other, None, listed.id),
        (&other, Some(&mine), listed.id),
        (&acme, None, absent),
    ] {
        let found = storage.notification(tenant, reader, id).await;
        assert_eq!(found.expect("read"), None, "{tenant} {reader:?}");
    }
    let cancelled = cancel_notification(storage.as_ref(), &acme, later.id, now()).await;
    cancelled.expect("cancelled").expect("there");
    let found = storage.notification(&acme, Some(&mine), later.id).await;
    let found = found.expect("read").expect("there");
    assert!(found.cancelled_at.is_some());
    assert!(!found.is_shown(now() + TimeDelta::hours(2)));
}

/// Not even by those who sent it.
pub async fn a_deleted_one_is_not_found(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let (mine, one) = (user("u"), notification(&acme, "u"));
    accept(storage.as_ref(), vec![one.clone()]).await;
    let deleted = delete_notification(storage.as_ref(), &acme, &mine, one.id, now());
    deleted.await.expect("deleted").expect("theirs");
    for reader in [None, Some(&mine)] {
        let found = storage.notification(&acme, reader, one.id).await;
        assert_eq!(found.expect("read"), None);
    }
}
