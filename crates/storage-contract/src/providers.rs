//! Tenants' accounts and keys.

use std::sync::Arc;

use campanile_domain::{Channel, ProviderName, TenantId};
use uuid::Uuid;

use super::fixture::{now, tenants};
use campanile_pipeline::{PutProvider, RemoveProvider, put_provider, remove_provider};
use campanile_storage::{Provider, Storage};

fn name(text: &str) -> ProviderName {
    ProviderName::parse(text).expect("a name")
}

fn provider(tenant: &TenantId, called: &str) -> Provider {
    Provider {
        tenant: tenant.clone(),
        name: name(called),
        channel: Channel::Push,
        settings: r#"{"project_id":  "p"}"#.into(),
        sealed: vec![0, 1, 2, 255],
        weight: Some(3),
        failover_to: Some(name("spare")),
        version: Uuid::now_v7(),
        updated_at: now(),
    }
}

/// Sets an account on what stands now.
async fn put(storage: &dyn Storage, one: &Provider) -> PutProvider {
    let others = storage.providers(&one.tenant).await.expect("read");
    let seen: Vec<_> = others.iter().map(|other| other.version).collect();
    put_provider(storage, one, &seen).await.expect("stored")
}

/// Everything comes back, by name, to its tenant only; a replacement leaves nothing of the old.
pub async fn accounts_are_put_listed_replaced_and_removed(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let (first, second) = (provider(&acme, "b"), provider(&acme, "a"));
    let (created, replaced) = (PutProvider::Created, PutProvider::Replaced);
    for (one, done) in [(&first, created), (&second, created), (&first, replaced)] {
        assert_eq!(put(storage.as_ref(), one).await, done);
    }
    let listed = storage.providers(&acme).await.expect("read");
    assert_eq!(listed, [second.clone(), first.clone()]);
    assert_eq!(storage.providers(&other).await.expect("read"), []);
    let changed = Provider {
        channel: Channel::Email,
        settings: "{}".into(),
        sealed: Vec::new(),
        weight: None,
        failover_to: None,
        version: Uuid::now_v7(),
        ..first.clone()
    };
    assert_eq!(put(storage.as_ref(), &changed).await, replaced);
    let listed = storage.providers(&acme).await.expect("read");
    assert_eq!(listed, [second, changed]);
    for (tenant, called, removed) in [
        (&other, "b", RemoveProvider::Absent),
        (&acme, "c", RemoveProvider::Absent),
        (&acme, "b", RemoveProvider::Removed),
        (&acme, "b", RemoveProvider::Absent),
    ] {
        let done = remove_provider(storage.as_ref(), tenant, &name(called)).await;
        assert_eq!(done.expect("asked"), removed, "{tenant} {called}");
    }
}

/// The first one stays, whatever comes later.
pub async fn a_tenant_has_one_key(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    assert_eq!(
        storage.tenant_keys(&acme).await.expect("read"),
        Vec::<Vec<u8>>::new()
    );
    let put = async |key: &[u8]| storage.put_tenant_key(&acme, key, now()).await;
    assert_eq!(put(&[1]).await.expect("stored"), [1]);
    assert_eq!(put(&[2]).await.expect("stored"), [1]);
    let stored = storage.tenant_keys(&acme).await.expect("read");
    assert_eq!(stored, [vec![1]]);
    assert_eq!(
        storage.tenant_keys(&other).await.expect("read"),
        Vec::<Vec<u8>>::new()
    );
}

/// A worker sees names and versions of all of them, and gets those it asks for, each with its
/// tenant's key.
pub async fn deliverers_see_every_tenants_accounts(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let mut expected = Vec::new();
    for (tenant, key) in [(&acme, 1), (&other, 2)] {
        let one = provider(tenant, "main");
        put(storage.as_ref(), &one).await;
        let stored = storage.put_tenant_key(tenant, &[key], now()).await;
        expected.push((one, vec![stored.expect("stored")]));
    }
    let mut versions = storage.provider_versions().await.expect("read");
    versions.sort();
    let reported = |(one, _): &(Provider, _)| (one.tenant.clone(), one.name.clone(), one.version);
    assert_eq!(versions, expected.iter().map(reported).collect::<Vec<_>>());
    let asked = async |names: &[(TenantId, ProviderName)]| {
        let found = storage.providers_with_keys(names).await;
        found.expect("read")
    };
    let (both, gone) = (
        [(acme.clone(), name("main")), (other, name("main"))],
        name("x"),
    );
    assert_eq!(asked(&both).await, expected);
    let some = [(acme, gone), both[1].clone()];
    assert_eq!(asked(&some).await, expected[1..]);
    assert_eq!(asked(&[]).await, []);
}

/// What was checked against other accounts than stand now is not stored; of changes at once that
/// would each fail over to the other, one is.
pub async fn of_changes_at_once_one_is_outdated(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let alone = |called| Provider {
        failover_to: None,
        ..provider(&acme, called)
    };
    let (a, b) = (alone("a"), alone("b"));
    put(storage.as_ref(), &a).await;
    let late = put_provider(storage.as_ref(), &b, &[])
        .await
        .expect("asked");
    assert_eq!(late, PutProvider::Outdated);
    put(storage.as_ref(), &b).await;
    let seen = [b.version, a.version];
    let to = |called, other: &str| Provider {
        failover_to: Some(name(other)),
        ..provider(&acme, called)
    };
    let (one, two) = (to("a", "b"), to("b", "a"));
    let (one, two) = tokio::join!(
        put_provider(storage.as_ref(), &one, &seen),
        put_provider(storage.as_ref(), &two, &seen)
    );
    let done = [one.expect("asked"), two.expect("asked")];
    for expected in [PutProvider::Replaced, PutProvider::Outdated] {
        assert!(done.contains(&expected), "{done:?}");
    }
    let listed = storage.providers(&acme).await.expect("read");
    let pointing = listed.iter().filter(|one| one.failover_to.is_some());
    assert_eq!(pointing.count(), 1, "{listed:?}");
}

/// It stays while another one of the tenant fails over to it.
pub async fn what_is_failed_over_to_stays(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    for one in [
        provider(&acme, "main"),
        provider(&acme, "spare"),
        provider(&other, "spare"),
    ] {
        put(storage.as_ref(), &one).await;
    }
    for (tenant, called, expected) in [
        (&acme, "spare", RemoveProvider::InUse),
        (&other, "spare", RemoveProvider::Removed),
        (&acme, "main", RemoveProvider::Removed),
        (&acme, "spare", RemoveProvider::Removed),
    ] {
        let done = remove_provider(storage.as_ref(), tenant, &name(called)).await;
        assert_eq!(done.expect("asked"), expected, "{tenant} {called}");
    }
}
