//! Addresses that are sealed with a tenant's key, beside those in the open. As for texts (`sealing.rs`), these are called with a function
//! that opens the same database as another process would.

use std::collections::BTreeSet;
use std::sync::Arc;

use campanile_domain::{
    ADDRESS_UNREADABLE, AddressFate, Channel, DeliveryState, EmailAddress, LostAddress, Routes,
    SuppressedAddress, Suppression, SuppressionKey, SuppressionReason, SuppressionSource, TenantId,
    UserAddress, UserAddressText,
};
use campanile_pipeline::{add_suppressions, erase_user, put_user, remove_suppression};
use campanile_storage::{Storage, SuppressionFilter};

use crate::address_book::{addresses, device, gone, jobs, person, put};
use crate::fixture::{
    accept, finished, notification, now, plan_along, record, reference, tenants, user,
};
use crate::sealing::{Process, SECRET};

pub(crate) fn mailbox(of: &str) -> String {
    // The spelling differs from the one on the list.
    format!("{of}-Of-{SECRET}@example.com")
}

pub(crate) fn token(of: &str) -> String {
    format!("{of}-{SECRET}")
}

/// A user with a mailbox, a device, and an address in a chat.
pub(crate) async fn has_all(storage: &Arc<dyn Storage>, tenant: &TenantId, of: &str) {
    let someone = person(tenant, of, Some(&mailbox(of)));
    put_user(storage, &someone).await.expect("stored");
    put(storage.as_ref(), &device(tenant, of, &token(of))).await;
    let chat = UserAddress {
        tenant: tenant.clone(),
        user_id: user(of),
        channel: Channel::Slack,
        text: UserAddressText::parse(&token(of)).expect("a text"),
        created_at: now(),
        updated_at: now(),
        gone_at: None,
    };
    let (stored, _) = storage.put_user_address(&chat).await.expect("stored");
    assert_eq!(stored.text, chat.text);
}

pub(crate) async fn is_all_read(storage: &Arc<dyn Storage>, tenant: &TenantId, of: &str) {
    let (email, token) = (mailbox(of), token(of));
    let found = storage.user(tenant, &user(of)).await.expect("read");
    let found = found.expect("there").email;
    assert_eq!(found.as_ref().map(EmailAddress::as_str), Some(&*email));
    let devices = storage.devices(tenant, &user(of)).await.expect("read");
    let devices: Vec<_> = devices.iter().map(|one| one.value.as_str()).collect();
    assert_eq!(devices, [&token]);
    let chats = storage.user_addresses(tenant, &user(of)).await;
    let chats = chats.expect("read");
    let chats: Vec<_> = chats.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(chats, [&token]);
    let email = EmailAddress::parse(&email).expect("an address");
    let by_email = storage.users_by_email(tenant, &email, 10).await;
    assert_eq!(by_email.expect("read"), [user(of)]);
    let jobs = jobs(storage.as_ref(), tenant, of).await;
    let push = format!("token:{token}");
    let expected = [("email", email.as_str()), ("push", &*push)];
    assert_eq!(BTreeSet::from_iter(addresses(&jobs)), expected.into());
    for job in &jobs {
        assert_eq!(job.standing.lost_address, None, "{of}");
        assert_eq!(job.device_locale.is_some(), job.channel == Channel::Push);
        let of = &job.notification;
        let seen = storage.look_again(&of.tenant, of.id, job.delivery_id).await;
        assert_eq!(seen.expect("looked").expect("open").lost_address, None);
        let story = storage.timeline(tenant, of.id).await.expect("read");
        let mut ways = story.expect("there").deliveries.into_iter();
        assert!(ways.any(|way| way.address == job.address));
    }
    let sent = jobs.iter().map(|job| finished(job, DeliveryState::Sent));
    record(storage.as_ref(), None, sent.collect()).await;
}

pub(crate) fn entry(of: &str) -> Suppression {
    let address = SuppressedAddress::parse(Channel::Email, &mailbox(of));
    Suppression {
        key: SuppressionKey {
            channel: Channel::Email,
            address: address.expect("an address"),
            notification_type: None,
        },
        reason: SuppressionReason::Manual,
        source: SuppressionSource::Operator,
        since: now(),
    }
}

pub(crate) async fn listed(storage: &Arc<dyn Storage>, tenant: &TenantId) -> usize {
    let filter = SuppressionFilter::default();
    let page = storage.suppressions(tenant, &filter, None, 100).await;
    page.expect("read").items.len()
}

/// Addresses from before and after it was switched on are found alike, by whichever process; what changes is sealed from then on.
///
/// # Panics
/// If a promise is broken.
pub async fn addresses_of_all_times_are_found(
    mut open: impl AsyncFnMut(Process) -> Arc<dyn Storage>,
) -> TenantId {
    let storage = open(Process::Opens).await;
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    for of in ["ada", "bob", "eve"] {
        has_all(&storage, &acme, of).await;
    }
    let early = entry("eve");
    let added = add_suppressions(storage.as_ref(), &acme, vec![early.clone()]).await;
    assert_eq!(added.expect("added"), 1);
    // Planned in the open.
    let waiting = jobs(storage.as_ref(), &acme, "ada").await;
    storage.close().await;
    drop(storage);

    let storage = open(Process::Seals).await;
    is_all_read(&storage, &acme, "ada").await;
    // They are the same as before, only sealed.
    let known = storage.devices(&acme, &user("ada")).await.expect("read");
    let (again, is_new) = put(storage.as_ref(), &device(&acme, "ada", &token("ada"))).await;
    assert_eq!((again.id, is_new), (known[0].id, false));
    for of in ["ada", "zoe"] {
        has_all(&storage, &acme, of).await;
        is_all_read(&storage, &acme, of).await;
    }
    for job in &waiting {
        let of = &job.notification;
        let seen = storage.look_again(&acme, of.id, job.delivery_id).await;
        let lost = seen.expect("looked").expect("open").lost_address;
        assert_eq!(lost, None, "{}", job.channel);
    }
    // What is on the list in the open holds for what is sealed, and the other way round.
    has_all(&storage, &acme, "eve").await;
    let left = jobs(storage.as_ref(), &acme, "eve").await;
    assert_eq!(left.len(), 1);
    let late = vec![entry("bob"), early.clone()];
    let added = add_suppressions(storage.as_ref(), &acme, late).await;
    assert_eq!(added.expect("added"), 1);
    let left = jobs(storage.as_ref(), &acme, "bob").await;
    assert_eq!(left.len(), 1);
    assert_eq!(listed(&storage, &acme).await, 2);
    let added = add_suppressions(storage.as_ref(), &acme, vec![entry("ada")]).await;
    assert_eq!(added.expect("added"), 1);
    for job in waiting.iter().filter(|job| job.channel == Channel::Email) {
        let seen = storage.look_again(&acme, job.notification.id, job.delivery_id);
        let lost = seen.await.expect("looked").expect("open").lost_address;
        assert_eq!(lost, Some(LostAddress::Suppressed));
    }
    for key in [entry("ada").key, early.key] {
        let removed = remove_suppression(storage.as_ref(), &acme, &key, now()).await;
        assert!(removed.expect("asked"));
    }
    // Someone else signs in on a device that lies in the open.
    let (moved, is_new) = put(storage.as_ref(), &device(&acme, "zoe", &token("bob"))).await;
    assert!(is_new);
    let left = storage.devices(&acme, &user("bob")).await.expect("read");
    assert!(left.is_empty());
    let removed = storage.remove_device(&acme, &user("zoe"), moved.id).await;
    assert!(removed.expect("asked"));
    storage.close().await;
    drop(storage);

    let storage = open(Process::Opens).await;
    for of in ["ada", "zoe"] {
        is_all_read(&storage, &acme, of).await;
    }
    // It is found in whatever form, and stays one.
    let known = storage.devices(&acme, &user("zoe")).await.expect("read");
    let (again, is_new) = put(storage.as_ref(), &device(&acme, "zoe", &token("zoe"))).await;
    assert_eq!((again.id, is_new), (known[0].id, false));
    storage.close().await;
    drop(storage);

    let storage = open(Process::Seals).await;
    has_all(&storage, &acme, "zoe").await;
    // A mailbox that does not exist is on the list once, and an erasure takes it off.
    let jobs_of_zoe = jobs(storage.as_ref(), &acme, "zoe").await;
    let reported = jobs_of_zoe.iter().map(|job| gone(job, AddressFate::Gone));
    record(storage.as_ref(), None, reported.collect()).await;
    let left = storage.devices(&acme, &user("zoe")).await.expect("read");
    assert!(left.is_empty());
    assert_eq!(listed(&storage, &acme).await, 2);
    for of in ["zoe", "bob", "eve"] {
        let erased = erase_user(&storage, &acme, &user(of), now()).await;
        assert!(erased.expect("erased"));
    }
    assert_eq!(listed(&storage, &acme).await, 0);
    // Those that are left are sealed.
    has_all(&storage, &acme, "ada").await;
    let added = add_suppressions(storage.as_ref(), &acme, vec![entry("zoe")]).await;
    assert_eq!(added.expect("added"), 1);
    storage.close().await;
    drop(storage);

    let storage = open(Process::HasNoKey).await;
    without_addresses(&storage, &acme, false).await;
    storage.close().await;
    drop(storage);
    acme
}

/// What cannot be opened is left out of lists, none of which fails, and is not sent. If the key is gone (`is_lost`), nothing is planned to
/// such an address; if only this process does not have it, the delivery waits. Others go out.
///
/// # Panics
/// If a promise is broken.
pub async fn without_addresses(storage: &Arc<dyn Storage>, acme: &TenantId, is_lost: bool) {
    let ada = user("ada");
    let found = storage.user(acme, &ada).await.expect("read");
    assert_eq!(found.expect("there").email, None);
    assert!(storage.devices(acme, &ada).await.expect("read").is_empty());
    let chats = storage.user_addresses(acme, &ada).await;
    assert!(chats.expect("read").is_empty());
    assert_eq!(listed(storage, acme).await, 0);
    let mut routes = Routes::default();
    routes.add_for_users(acme.clone(), Channel::Push);
    routes.add(acme.clone(), Channel::Webhook, "https://a/".into());
    let sent = notification(acme, "ada");
    accept(storage.as_ref(), vec![sent.clone()]).await;
    let planned = plan_along(storage.as_ref(), &routes).await;
    let mut loaded = BTreeSet::new();
    for dispatch in &planned.dispatches {
        match storage.load(&[reference(dispatch)]).await {
            Ok(_) => drop(loaded.insert((dispatch.channel, true))),
            Err(error) => {
                assert!(error.is_lasting(), "{error}");
                loaded.insert((dispatch.channel, false));
            }
        }
    }
    let webhook = (Channel::Webhook, true);
    let expected = match is_lost {
        true => [webhook].into(),
        false => [(Channel::Push, false), webhook].into(),
    };
    assert_eq!(loaded, expected);
    let story = storage.timeline(acme, sent.id).await.expect("read");
    let ways = story.expect("there").deliveries;
    let reasons = ways.iter().map(|way| (way.channel, way.reason.as_deref()));
    let push = is_lost.then_some(ADDRESS_UNREADABLE);
    let expected = [(Channel::Push, push), (Channel::Webhook, None)];
    assert_eq!(BTreeSet::from_iter(reasons), expected.into());
}
