//! The list of addresses that are not to be used: plans and deliveries that fall due look at it.

use std::sync::Arc;

use campanile_domain::{
    AddressFate, Channel, LostAddress, NotificationType, SuppressedAddress, Suppression,
    SuppressionKey, SuppressionReason, SuppressionSource, TenantId,
};
use campanile_pipeline::{
    Reported, add_reported, add_suppressions, erase_user, put_user, remove_suppression,
};
use campanile_storage::{Storage, SuppressionFilter};
use chrono::TimeDelta;

use super::address_book::{addresses, device, gone, jobs, person, put};
use super::fixture::{now, record, tenants, user};

fn entry(channel: Channel, address: &str, of: Option<&str>) -> Suppression {
    Suppression {
        key: SuppressionKey {
            channel,
            address: SuppressedAddress::parse(channel, address).expect("an address"),
            notification_type: of.map(|of| NotificationType::parse(of).expect("a type")),
        },
        reason: SuppressionReason::Complaint,
        source: SuppressionSource::MailReport,
        since: now(),
    }
}

fn mail(address: &str) -> Suppression {
    entry(Channel::Email, address, None)
}

fn place(of: &Suppression) -> (String, String, Option<String>) {
    let key = &of.key;
    let notification_type = key.notification_type.as_ref();
    (
        key.channel.to_string(),
        key.address.as_str().to_owned(),
        notification_type.map(|of| of.as_str().to_owned()),
    )
}

async fn listed(storage: &dyn Storage, tenant: &TenantId) -> Vec<Suppression> {
    let filter = SuppressionFilter::default();
    let page = storage.suppressions(tenant, &filter, None, 100).await;
    let mut items = page.expect("read").items;
    items.sort_by_key(place);
    items
}

/// Once each, in pages, to their tenant only.
pub async fn entries_are_added_listed_and_removed(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let all = [
        mail("a@example.com"),
        entry(Channel::Email, "a@example.com", Some("news")),
        mail("b@example.com"),
        entry(Channel::Push, "token:B", None),
    ];
    let added = add_suppressions(storage, &acme, all.to_vec()).await;
    assert_eq!(added.expect("added"), 4);
    let later = Suppression {
        reason: SuppressionReason::Manual,
        ..all[0].clone()
    };
    let again = add_suppressions(storage, &acme, vec![later, mail("c@example.com")]).await;
    assert_eq!(again.expect("added"), 1, "one that is there stays");
    let (mut found, mut after) = (Vec::new(), None::<SuppressionKey>);
    loop {
        let filter = SuppressionFilter::default();
        let page = storage
            .suppressions(&acme, &filter, after.as_ref(), 2)
            .await;
        let page = page.expect("read");
        assert!(page.items.len() <= 2);
        found.extend(page.items);
        let Some(next) = page.next else {
            break;
        };
        after = Some(next);
    }
    // Addresses that are sealed come in any order.
    found.sort_by_key(place);
    let expected = [&all[0], &all[1], &all[2], &found[3], &all[3]];
    assert_eq!(found.iter().collect::<Vec<_>>(), expected);
    assert_eq!(found[3].key, mail("c@example.com").key);
    let one = SuppressionFilter {
        channel: Some(Channel::Email),
        address: Some(all[0].key.address.clone()),
    };
    let page = storage.suppressions(&acme, &one, None, 100).await;
    assert_eq!(page.expect("read").items, all[..2]);
    assert_eq!(listed(storage, &other).await, []);
    let strange = remove_suppression(storage, &other, &all[0].key, now()).await;
    assert!(!strange.expect("asked"));
    for removed in [true, false] {
        let done = remove_suppression(storage, &acme, &all[0].key, now()).await;
        assert_eq!(done.expect("asked"), removed);
    }
    assert_eq!(listed(storage, &acme).await.len(), 4);
}

/// Whoever has it, and however it is written; other addresses, types and tenants are not concerned.
pub async fn a_listed_address_gets_nothing(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    for tenant in [&acme, &other] {
        let ada = person(tenant, "ada", Some("Ada@example.com"));
        put_user(&storage, &ada).await.expect("stored");
        put(storage, &device(tenant, "ada", "phone")).await;
    }
    let both = [("email", "Ada@example.com"), ("push", "token:phone")];
    assert_eq!(addresses(&jobs(storage, &acme, "ada").await), both);
    let never = entry(Channel::Email, "ada@example.com", Some("another_type"));
    add_suppressions(storage, &acme, vec![never])
        .await
        .expect("added");
    assert_eq!(addresses(&jobs(storage, &acme, "ada").await), both);
    let ada = mail("ADA@EXAMPLE.COM");
    add_suppressions(storage, &acme, vec![ada.clone()])
        .await
        .expect("added");
    let left = jobs(storage, &acme, "ada").await;
    assert_eq!(addresses(&left), [("push", "token:phone")]);
    assert_eq!(addresses(&jobs(storage, &other, "ada").await), both);
    let of = left[0].notification.notification_type.as_str();
    let phone = entry(Channel::Push, "token:phone", Some(of));
    add_suppressions(storage, &acme, vec![phone])
        .await
        .expect("added");
    assert!(jobs(storage, &acme, "ada").await.is_empty());
    let removed = remove_suppression(storage, &acme, &ada.key, now()).await;
    assert!(removed.expect("asked"));
    let left = jobs(storage, &acme, "ada").await;
    assert_eq!(addresses(&left), [both[0]]);
}

/// A delivery that is on its way ends when its worker looks at it.
pub async fn what_waits_finds_its_address_on_the_list(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let ada = person(&acme, "ada", Some("ada@example.com"));
    put_user(&storage, &ada).await.expect("stored");
    let job = jobs(storage, &acme, "ada").await.remove(0);
    assert_eq!(job.standing.lost_address, None);
    let entries = vec![mail("ada@example.com")];
    add_suppressions(storage, &acme, entries)
        .await
        .expect("added");
    let look = storage.look_again(&acme, job.notification.id, job.delivery_id);
    let standing = look.await.expect("looked").expect("open");
    assert_eq!(standing.lost_address, Some(LostAddress::Suppressed));
}

/// By itself, and for everybody who has the address; a service that names it again, or an operator, takes it off.
pub async fn a_hard_bounce_is_listed_and_lifted(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let mut ada = person(&acme, "ada", Some("Shared@example.com"));
    ada.updated_at -= TimeDelta::minutes(1);
    put_user(&storage, &ada).await.expect("stored");
    let bob = person(&acme, "bob", Some("shared@example.com"));
    put_user(&storage, &bob).await.expect("stored");
    for lifted_by_service in [true, false] {
        let job = jobs(storage, &acme, "ada").await.remove(0);
        record(storage, None, vec![gone(&job, AddressFate::Gone)]).await;
        let found = listed(storage, &acme).await;
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].reason, SuppressionReason::HardBounce);
        assert_eq!(found[0].source, SuppressionSource::Delivery);
        assert_eq!(found[0].key, mail("shared@example.com").key);
        assert!(jobs(storage, &acme, "ada").await.is_empty());
        assert!(jobs(storage, &acme, "bob").await.is_empty());
        if lifted_by_service {
            put_user(&storage, &ada).await.expect("stored");
        } else {
            let removed = remove_suppression(storage, &acme, &found[0].key, now()).await;
            assert!(removed.expect("asked"));
        }
        assert_eq!(listed(storage, &acme).await, []);
        assert_eq!(jobs(storage, &acme, "ada").await.len(), 1);
        let found = storage.user(&acme, &ada.id).await.expect("read");
        assert_eq!(found.expect("there").email_gone_at, None);
    }
    let complaint = vec![mail("shared@example.com")];
    add_suppressions(storage, &acme, complaint)
        .await
        .expect("added");
    put_user(&storage, &ada).await.expect("stored");
    assert_eq!(
        listed(storage, &acme).await.len(),
        1,
        "only a bounce is lifted"
    );
    assert!(
        erase_user(storage, &acme, &user("ada"), now())
            .await
            .expect("erased")
    );
    assert_eq!(
        listed(storage, &acme).await,
        [],
        "the address is gone with its user"
    );
    let mut eve = person(&acme, "eve", Some("old@example.com"));
    eve.updated_at -= TimeDelta::minutes(1);
    put_user(&storage, &eve).await.expect("stored");
    let job = jobs(storage, &acme, "eve").await.remove(0);
    record(storage, None, vec![gone(&job, AddressFate::Gone)]).await;
    eve.email = person(&acme, "eve", Some("new@example.com")).email;
    put_user(&storage, &eve).await.expect("stored");
    assert_eq!(listed(storage, &acme).await.len(), 1, "the old one bounces");
    let erased = erase_user(storage, &acme, &user("eve"), now()).await;
    assert!(erased.expect("erased"));
    assert_eq!(
        listed(storage, &acme).await,
        [],
        "an address that they had before, too"
    );
}

/// A report about an earlier mail says nothing of an address that was taken off the list since; one about a later mail does.
pub async fn what_was_taken_off_stays_off(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let ada = mail("ada@example.com");
    let lifted_at = now();
    let (before, after) = (
        lifted_at - TimeDelta::hours(1),
        lifted_at + TimeDelta::hours(1),
    );
    let report = async |tenant: &TenantId, sent_at| {
        let reported = add_reported(storage, tenant, &ada, sent_at).await;
        reported.expect("taken")
    };
    assert_eq!(report(&acme, before).await, Reported::Added);
    assert_eq!(report(&acme, before).await, Reported::Known);
    let removed = remove_suppression(storage, &acme, &ada.key, lifted_at).await;
    assert!(removed.expect("asked"));
    assert_eq!(report(&acme, before).await, Reported::Outdated);
    assert_eq!(report(&other, before).await, Reported::Added);
    assert_eq!(listed(storage, &acme).await, []);
    // Nobody else's row goes, and this one not before its time.
    let expired = storage.expire_remembered(lifted_at + TimeDelta::days(89));
    assert_eq!(expired.await.expect("expired"), 0);
    assert_eq!(report(&acme, after).await, Reported::Added);
    let removed = remove_suppression(storage, &acme, &ada.key, after).await;
    assert!(removed.expect("asked"));
    let expired = storage.expire_remembered(after + TimeDelta::days(91));
    assert_eq!(expired.await.expect("expired"), 1);
    assert_eq!(report(&acme, before).await, Reported::Added);
}
