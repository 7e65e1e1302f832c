//! Addresses that users have in channels of recipes, and what plans and results do with them.

use std::sync::Arc;

use campanile_domain::{
    AddressFate, Channel, Delivery, DeliveryState, LostAddress, Notification, Routes, TenantId,
    UserAddress, UserAddressText,
};
use campanile_pipeline::erase_user;
use campanile_storage::{Dispatch, FinishedDelivery, Job, Storage};
use chrono::TimeDelta;

use super::address_book::gone;
use super::fixture::{
    accept, finished, notification, now, only_job, plan_along, record, release, tenants, user,
};

fn only<T: std::fmt::Debug>(all: Vec<T>) -> T {
    let [one] = all.try_into().expect("one");
    one
}

/// The channel of these stories: every installation has it.
const CHAT: Channel = Channel::Slack;

fn address(tenant: &TenantId, of: &str, text: &str) -> UserAddress {
    UserAddress {
        tenant: tenant.clone(),
        user_id: user(of),
        channel: CHAT,
        text: UserAddressText::parse(text).expect("a text"),
        created_at: now(),
        updated_at: now(),
        gone_at: None,
    }
}

async fn put(storage: &dyn Storage, address: &UserAddress) -> (UserAddress, bool) {
    storage.put_user_address(address).await.expect("stored")
}

async fn all(storage: &dyn Storage, tenant: &TenantId, of: &str) -> Vec<UserAddress> {
    let found = storage.user_addresses(tenant, &user(of)).await;
    found.expect("read")
}

fn users(tenant: &TenantId) -> Routes {
    let mut routes = Routes::default();
    routes.add_for_users(tenant.clone(), CHAT);
    routes
}

/// The dispatches of a new notification for `ada` that names the channel, and the notification.
async fn planned(
    storage: &dyn Storage,
    tenant: &TenantId,
    routes: &Routes,
) -> (Notification, Vec<Dispatch>) {
    let asked = Notification {
        channels: Some(vec![CHAT]),
        ..notification(tenant, "ada")
    };
    accept(storage, vec![asked.clone()]).await;
    (asked, plan_along(storage, routes).await.dispatches)
}

async fn job(storage: &dyn Storage, tenant: &TenantId, routes: &Routes) -> Job {
    let (_, dispatches) = planned(storage, tenant, routes).await;
    only_job(storage, &only(dispatches)).await
}

async fn reported(storage: &dyn Storage, of: &Notification) -> Vec<Delivery> {
    let reported = storage.timeline(&of.tenant, of.id).await.expect("read");
    reported.expect("there").deliveries
}

/// One for each channel, of one user of one tenant.
pub async fn an_address_is_put_listed_and_removed(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let first = address(&acme, "ada", "U1");
    assert_eq!(put(storage, &first).await, (first.clone(), true));
    let later = now() + TimeDelta::seconds(5);
    let second = UserAddress {
        created_at: later,
        updated_at: later,
        ..address(&acme, "ada", "U2")
    };
    let (stored, is_new) = put(storage, &second).await;
    assert!(!is_new);
    let expected = UserAddress {
        created_at: first.created_at,
        ..second
    };
    assert_eq!(stored, expected);
    let number = UserAddress {
        channel: Channel::Pushover,
        ..address(&acme, "ada", "k")
    };
    put(storage, &number).await;
    assert_eq!(all(storage, &acme, "ada").await, [number, expected]);
    assert_eq!(all(storage, &acme, "bob").await, []);
    assert_eq!(all(storage, &other, "ada").await, []);
    for (tenant, of, is_there) in [
        (&other, "ada", false),
        (&acme, "bob", false),
        (&acme, "ada", true),
        (&acme, "ada", false),
    ] {
        let removed = storage.remove_user_address(tenant, &user(of), CHAT).await;
        assert_eq!(removed.expect("asked"), is_there, "{of}");
    }
    assert_eq!(all(storage, &acme, "ada").await.len(), 1);
    let erased = erase_user(&storage, &acme, &user("ada"), now()).await;
    assert!(erased.expect("erased"));
    assert_eq!(all(storage, &acme, "ada").await, []);
}

/// Where the tenant's account has none of its own; without one, the timeline says that there is no address.
pub async fn plans_go_to_the_users_address(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let (asked, dispatches) = planned(storage, &acme, &users(&acme)).await;
    assert!(dispatches.is_empty());
    let missing = only(reported(storage, &asked).await);
    assert_eq!(missing.reason.as_deref(), Some("no_address"));
    let (asked, _) = planned(storage, &acme, &Routes::default()).await;
    let missing = only(reported(storage, &asked).await);
    assert_eq!(missing.reason.as_deref(), Some("no_account"));
    put(storage, &address(&acme, "ada", "U1")).await;
    put(storage, &address(&acme, "bob", "U2")).await;
    let found = job(storage, &acme, &users(&acme)).await;
    assert_eq!((found.channel, &*found.address), (CHAT, "user:U1"));
    assert_eq!((found.standing.lost_address, found.platform), (None, None));
    let mut tenants = Routes::default();
    tenants.add(acme.clone(), CHAT, "C1".into());
    let found = job(storage, &acme, &tenants).await;
    assert_eq!(&*found.address, "C1");
    assert_eq!(found.standing.lost_address, None);
}

/// What waits learns of it, and goes to the address that took its place.
pub async fn a_replaced_address_gets_nothing_more(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    put(storage, &address(&acme, "ada", "U1")).await;
    let routes = users(&acme);
    let (_, queued) = planned(storage, &acme, &routes).await;
    let waits = job(storage, &acme, &routes).await;
    let retry = FinishedDelivery {
        next_attempt_at: Some(now()),
        ..finished(&waits, DeliveryState::Retrying)
    };
    record(storage, None, vec![retry]).await;
    put(storage, &address(&acme, "ada", "U2")).await;
    let loaded = only_job(storage, &only(queued)).await;
    assert_eq!(loaded.standing.lost_address, Some(LostAddress::Gone));
    let of = &loaded.notification;
    let again = storage.look_again(&acme, of.id, loaded.delivery_id).await;
    let again = again.expect("asked").expect("open");
    assert_eq!(again.lost_address, Some(LostAddress::Gone));
    assert!(release(storage, now()).await.dispatches.is_empty());
    let added = only_job(storage, &only(release(storage, now()).await.dispatches)).await;
    assert_eq!(added.notification.id, waits.notification.id);
    assert_eq!(&*added.address, "user:U2");
}

/// Until the user or their service sets it again; what was set since the call is another matter.
pub async fn an_address_that_is_gone_is_not_used(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let mut routes = users(&acme);
    let before = UserAddress {
        updated_at: now() - TimeDelta::seconds(1),
        ..address(&acme, "ada", "U1")
    };
    put(storage, &before).await;
    let called = job(storage, &acme, &routes).await;
    record(storage, None, vec![gone(&called, AddressFate::Gone)]).await;
    assert!(only(all(storage, &acme, "ada").await).gone_at.is_some());
    let (asked, _) = planned(storage, &acme, &routes).await;
    let missing = only(reported(storage, &asked).await);
    assert_eq!(missing.reason.as_deref(), Some("no_address"));
    put(storage, &before).await;
    assert_eq!(only(all(storage, &acme, "ada").await).gone_at, None);
    let called = job(storage, &acme, &routes).await;
    let later = now() + TimeDelta::minutes(5);
    let again = UserAddress {
        updated_at: later,
        ..before
    };
    put(storage, &again).await;
    record(storage, None, vec![gone(&called, AddressFate::Gone)]).await;
    assert_eq!(only(all(storage, &acme, "ada").await).gone_at, None);
    // What is said of the tenant's own address says nothing of the user's.
    routes = Routes::default();
    routes.add(acme.clone(), CHAT, "U1".into());
    let called = job(storage, &acme, &routes).await;
    record(storage, None, vec![gone(&called, AddressFate::Gone)]).await;
    assert_eq!(only(all(storage, &acme, "ada").await).gone_at, None);
}
