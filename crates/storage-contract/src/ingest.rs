//! Ingest addresses and groups of alerts.

use std::sync::Arc;

use campanile_domain::{
    Channel, FanoutId, IngestAddress, IngestGroup, IngestId, IngestKind, IngestMapping,
    IngestSettings, IngestTarget, NotificationId, NotificationType, Priority, TenantId, TopicKey,
};
use campanile_pipeline::{CreateIngest, create_ingest_address, erase_user, revoke_ingest_address};
use campanile_storage::Storage;
use chrono::TimeDelta;

use super::fixture::{now, tenants, user};

/// An address that notifies `u1` and `u2`.
pub fn address(tenant: &TenantId) -> IngestAddress {
    IngestAddress {
        id: IngestId::at(now()),
        tenant: tenant.clone(),
        kind: IngestKind::Webhook,
        name: "Builds".into(),
        target: IngestTarget::Users(vec![user("u1"), user("u2")]),
        settings: IngestSettings {
            notification_type: NotificationType::parse("build").expect("a type"),
            priority: Priority::High,
            channels: Some(vec![Channel::InApp, Channel::Push]),
            rate: Some("60/m burst 10".into()),
            notify_resolved: true,
            mapping: Some(IngestMapping {
                title: Some("/title".into()),
                ..IngestMapping::default()
            }),
        },
        sealed: Some(vec![0, 1, 255]),
        created_at: now(),
        revoked_at: None,
    }
}

/// A group to which one notification was sent.
pub fn group(address: IngestId, digest: u8) -> IngestGroup {
    IngestGroup {
        address,
        digest: [digest; 32],
        state: [digest; 32],
        notifications: vec![NotificationId::at(now())],
        fanout: None,
        changes: 3,
        updated_at: now(),
    }
}

async fn create(storage: &dyn Storage, address: &IngestAddress, digest: u8) -> CreateIngest {
    let created = create_ingest_address(storage, address, [digest; 32]).await;
    created.expect("asked")
}

/// Every field comes back, by its key to its own tenant and nobody else.
pub async fn an_address_is_found_by_its_key(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let mut all = vec![address(&acme)];
    for target in [
        IngestTarget::Topic(TopicKey::parse("news").expect("a topic")),
        IngestTarget::Named,
    ] {
        let mut one = address(&acme);
        (one.target, one.kind, one.sealed) = (target, IngestKind::Ntfy, None);
        (one.settings.mapping, one.settings.channels) = (None, None);
        all.push(one);
    }
    for (digest, one) in (1..).zip(&all) {
        assert_eq!(create(storage, one, digest).await, CreateIngest::Created);
        let found = storage.ingest_address(&acme, &[digest; 32]).await;
        assert_eq!(found.expect("asked").as_ref(), Some(one));
        let theirs = storage.ingest_address(&other, &[digest; 32]).await;
        assert_eq!(theirs.expect("asked"), None);
    }
    let unknown = storage.ingest_address(&acme, &[9; 32]).await;
    assert_eq!(unknown.expect("asked"), None);
    all.reverse();
    assert_eq!(storage.ingest_addresses(&acme).await.expect("asked"), all);
    assert!(
        storage
            .ingest_addresses(&other)
            .await
            .expect("asked")
            .is_empty()
    );
}

/// A revoked one is found by no key, stays listed, and its groups are gone.
pub async fn a_revoked_address_takes_nothing(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let one = address(&acme);
    create(storage, &one, 1).await;
    let group = group(one.id, 1);
    storage.put_ingest_group(&acme, &group).await.expect("kept");
    for (tenant, is_done) in [(&other, false), (&acme, true), (&acme, false)] {
        let revoked = revoke_ingest_address(&storage, tenant, one.id, now()).await;
        assert_eq!(revoked.expect("asked"), is_done, "{tenant}");
        let found = storage
            .ingest_address(&acme, &[1; 32])
            .await
            .expect("asked");
        assert_eq!(found.is_some(), tenant == &other);
    }
    let listed = storage.ingest_addresses(&acme).await.expect("asked");
    let revoked_at = listed[0].revoked_at;
    assert!(revoked_at.is_some());
    assert_eq!(
        listed,
        [IngestAddress {
            revoked_at,
            ..one.clone()
        }]
    );
    let left = storage.ingest_group(&acme, one.id, &[1; 32]).await;
    assert_eq!(left.expect("asked"), None);
}

/// So many are in use at most, and so many revoked ones stay.
pub async fn a_tenant_has_so_many_addresses(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let mut ids = Vec::new();
    for n in 0..IngestAddress::MOST {
        let one = address(&acme);
        ids.push(one.id);
        let created = create_ingest_address(storage, &one, digest(n)).await;
        assert_eq!(created.expect("asked"), CreateIngest::Created);
    }
    let more = address(&acme);
    let refused = create_ingest_address(storage, &more, digest(1_000)).await;
    assert_eq!(refused.expect("asked"), CreateIngest::TooMany);
    assert_eq!(
        create(storage, &address(&other), 1).await,
        CreateIngest::Created
    );
    let revoked = &ids[..=IngestAddress::REVOKED_KEPT];
    for (seconds, id) in (1..).zip(revoked) {
        let at = now() + TimeDelta::seconds(seconds);
        assert!(
            revoke_ingest_address(&storage, &acme, *id, at)
                .await
                .expect("asked")
        );
    }
    let created = create_ingest_address(storage, &more, digest(1_000)).await;
    assert_eq!(created.expect("asked"), CreateIngest::Created);
    let listed = storage.ingest_addresses(&acme).await.expect("asked");
    // The one that was revoked first is gone.
    assert_eq!(listed.len(), IngestAddress::MOST);
    assert!(listed.iter().all(|one| one.id != ids[0]));
}

fn digest(n: usize) -> [u8; 32] {
    let mut digest = [7; 32];
    digest[..8].copy_from_slice(&n.to_be_bytes());
    digest
}

/// A person who is erased is named by no address any more.
pub async fn an_erased_person_is_in_no_address(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    for tenant in [&acme, &other] {
        create(storage, &address(tenant), 1).await;
    }
    for (erased, left) in [("u1", vec![user("u2")]), ("u2", vec![])] {
        let done = erase_user(&storage, &acme, &user(erased), now()).await;
        assert!(done.expect("asked"), "being named is something");
        let found = storage
            .ingest_address(&acme, &[1; 32])
            .await
            .expect("asked");
        assert_eq!(found.expect("there").target, IngestTarget::Users(left));
    }
    let theirs = storage
        .ingest_address(&other, &[1; 32])
        .await
        .expect("asked");
    let both = IngestTarget::Users(vec![user("u1"), user("u2")]);
    assert_eq!(theirs.expect("there").target, both);
}

/// What was sent last for a group takes the place of what was sent before, and old groups are forgotten.
pub async fn a_group_is_kept_until_it_is_over(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let id = IngestId::at(now());
    let first = group(id, 1);
    let topic = IngestGroup {
        notifications: Vec::new(),
        fanout: Some(FanoutId::at(now())),
        ..group(id, 2)
    };
    for one in [&first, &topic] {
        storage.put_ingest_group(&acme, one).await.expect("kept");
    }
    for one in [&first, &topic] {
        let found = storage.ingest_group(&acme, id, &one.digest).await;
        assert_eq!(found.expect("asked").as_ref(), Some(one));
        let theirs = storage.ingest_group(&other, id, &one.digest).await;
        assert_eq!(theirs.expect("asked"), None);
    }
    let later = IngestGroup {
        updated_at: now() + TimeDelta::hours(2),
        ..group(id, 1)
    };
    storage.put_ingest_group(&acme, &later).await.expect("kept");
    let found = storage.ingest_group(&acme, id, &[1; 32]).await;
    assert_eq!(found.expect("asked").as_ref(), Some(&later));
    // One that was slow does not count changes anew.
    for (changes, kept) in [(2, 3), (4, 4)] {
        let slow = IngestGroup {
            changes,
            ..later.clone()
        };
        storage.put_ingest_group(&acme, &slow).await.expect("kept");
        let found = storage.ingest_group(&acme, id, &[1; 32]).await;
        assert_eq!(found.expect("asked").expect("there").changes, kept);
    }
    let expired = storage.expire_ingest_groups(now() + TimeDelta::hours(1));
    assert_eq!(expired.await.expect("done"), 1);
    let left = async |digest: u8| {
        let found = storage.ingest_group(&acme, id, &[digest; 32]).await;
        found.expect("asked").is_some()
    };
    assert!(left(1).await && !left(2).await);
}
