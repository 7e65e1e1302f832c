//! Tenants' accounts and keys.

use std::sync::Arc;

use campanile_domain::{Channel, ProviderName, TenantId};
use uuid::Uuid;

use super::fixture::{now, tenants};
use crate::{Provider, Storage};

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
        weight: 3,
        failover_to: Some(name("spare")),
        version: Uuid::now_v7(),
        updated_at: now(),
    }
}

/// Everything comes back, by name, to its tenant only; a replacement leaves nothing of the old.
pub async fn accounts_are_put_listed_replaced_and_removed(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let (first, second) = (provider(&acme, "b"), provider(&acme, "a"));
    for (one, new) in [(&first, true), (&second, true), (&first, false)] {
        assert_eq!(storage.put_provider(one).await.expect("stored"), new);
    }
    let listed = storage.providers(&acme).await.expect("read");
    assert_eq!(listed, [second.clone(), first.clone()]);
    assert_eq!(storage.providers(&other).await.expect("read"), []);
    let changed = Provider {
        channel: Channel::Email,
        settings: "{}".into(),
        sealed: Vec::new(),
        weight: 1,
        failover_to: None,
        version: Uuid::now_v7(),
        ..first.clone()
    };
    assert!(!storage.put_provider(&changed).await.expect("stored"));
    let listed = storage.providers(&acme).await.expect("read");
    assert_eq!(listed, [second, changed]);
    for (tenant, called, removed) in [
        (&other, "b", false),
        (&acme, "c", false),
        (&acme, "b", true),
        (&acme, "b", false),
    ] {
        let done = storage.remove_provider(tenant, &name(called)).await;
        assert_eq!(done.expect("asked"), removed, "{tenant} {called}");
    }
}

/// The first one stays, whoever comes later.
pub async fn a_tenant_has_one_key(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    assert_eq!(storage.tenant_key(&acme).await.expect("read"), None);
    let put = async |key: &[u8]| storage.put_tenant_key(&acme, key, now()).await;
    assert_eq!(put(&[1]).await.expect("stored"), [1]);
    assert_eq!(put(&[2]).await.expect("stored"), [1]);
    let stored = storage.tenant_key(&acme).await.expect("read");
    assert_eq!(stored, Some(vec![1]));
    assert_eq!(storage.tenant_key(&other).await.expect("read"), None);
}

/// Whoever delivers sees all of them, each with its tenant's key.
pub async fn deliverers_see_every_tenants_accounts(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let mut expected = Vec::new();
    for (tenant, key) in [(&acme, 1), (&other, 2)] {
        let one = provider(tenant, "main");
        storage.put_provider(&one).await.expect("stored");
        let stored = storage.put_tenant_key(tenant, &[key], now()).await;
        expected.push((one, stored.expect("stored")));
    }
    let all = storage.all_providers().await.expect("read");
    assert_eq!(all, expected);
}
