//! Keys of services: only what is stored of them.

use std::sync::Arc;

use campanile_domain::{ApiKey, ApiKeyId, ApiKeyText, KeyHash, Random, ScopeName, TenantId};
use campanile_storage::{Handover, PutApiKey, Storage};
use chrono::{DateTime, TimeDelta, Utc};

use super::fixture::{now, tenant, tenants, user};

const MOST: u32 = 100;

/// A key with nothing but what it must have, and its hash.
pub fn api_key(tenant: &TenantId, created_at: DateTime<Utc>) -> (ApiKey, KeyHash) {
    let id = ApiKeyId::at(created_at);
    let key = ApiKey {
        tenant: tenant.clone(),
        id,
        name: "billing".to_owned(),
        scopes: vec![ScopeName::Send],
        user: None,
        networks: Vec::new(),
        created_at,
        created_by: "ann".to_owned(),
        expires_at: None,
        revoked_at: None,
        last_used_at: None,
        replaces: None,
    };
    (key, ApiKeyText::new(id, &Random::system()).hash())
}

async fn put(storage: &dyn Storage, key: &(ApiKey, KeyHash), most: u32) -> PutApiKey {
    let put = storage.put_api_key(&key.0, &key.1, most, None).await;
    put.expect("answered")
}

/// Every field; and by its id without its tenant, with its hash.
pub async fn a_key_comes_back_as_it_was_put(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let made = now();
    let (plain, hash) = api_key(&acme, made);
    let full = ApiKey {
        scopes: vec![ScopeName::Inbox, ScopeName::Viewer],
        user: Some(user("u 1")),
        networks: ["10.0.0.0/8", "2001:db8::/32"]
            .map(|text| text.parse().expect("a network"))
            .into(),
        expires_at: Some(made + TimeDelta::days(1)),
        replaces: Some(plain.id),
        ..api_key(&acme, made).0
    };
    for key in [&plain, &full] {
        let stored = put(storage.as_ref(), &(key.clone(), hash), MOST).await;
        assert_eq!(stored, PutApiKey::Stored);
        let found = storage.api_key(&acme, key.id).await.expect("read");
        assert_eq!(found.as_ref(), Some(key));
        assert_eq!(storage.api_key(&other, key.id).await.expect("read"), None);
    }
    let unknown = ApiKeyId::at(made);
    let wanted = [unknown, full.id];
    let found = storage.api_keys_by_id(&wanted).await.expect("read");
    assert_eq!(found, [(full, hash)]);
}

/// The list of one tenant, newest first.
pub async fn keys_are_listed_in_pages(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let key = api_key(&acme, now());
        put(storage.as_ref(), &key, MOST).await;
        ids.insert(0, key.0.id);
    }
    put(storage.as_ref(), &api_key(&other, now()), MOST).await;
    let page = |after, limit| {
        let storage = Arc::clone(&storage);
        async move {
            let keys = storage.api_keys(&tenant("acme"), after, limit).await;
            let keys = keys.expect("read");
            keys.into_iter().map(|key| key.id).collect::<Vec<_>>()
        }
    };
    assert_eq!(page(None, 10).await, ids);
    assert_eq!(page(None, 2).await, ids[..2]);
    assert_eq!(page(Some(ids[1]), 2).await, ids[2..]);
    assert_eq!(page(Some(ids[2]), 2).await, []);
}

/// It stays on the list, revoked since the first time, and counts no more.
pub async fn a_revoked_key_stays_revoked(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let made = now();
    let key = api_key(&acme, made);
    put(storage.as_ref(), &key, MOST).await;
    let (id, at) = (key.0.id, made + TimeDelta::seconds(1));
    let active = storage.active_api_keys(&acme, made).await;
    assert_eq!(active.expect("counted"), 1);
    assert!(
        !storage
            .revoke_api_key(&other, id, at)
            .await
            .expect("answered")
    );
    for at in [at, at + TimeDelta::seconds(1)] {
        assert!(
            storage
                .revoke_api_key(&acme, id, at)
                .await
                .expect("revoked")
        );
    }
    let found = storage.api_key(&acme, id).await.expect("read");
    assert_eq!(found.expect("there").revoked_at, Some(at));
    let active = storage.active_api_keys(&acme, made).await;
    assert_eq!(active.expect("counted"), 0);
}

/// Expired and revoked ones do not count; of those at once, too, no more than that are stored.
pub async fn a_tenant_has_so_many_keys(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let made = now();
    let mut old = api_key(&acme, made - TimeDelta::days(2));
    old.0.expires_at = Some(made - TimeDelta::days(1));
    put(storage.as_ref(), &old, MOST).await;
    put(storage.as_ref(), &api_key(&other, made), MOST).await;
    let racers = (0..6).map(|_| {
        let (storage, key) = (Arc::clone(&storage), api_key(&acme, made));
        tokio::spawn(async move { put(storage.as_ref(), &key, 3).await })
    });
    let mut stored = 0;
    for racer in racers.collect::<Vec<_>>() {
        stored += u32::from(racer.await.expect("no panic") == PutApiKey::Stored);
    }
    assert_eq!(stored, 3);
    let newest = storage.api_keys(&acme, None, 1).await.expect("read");
    let revoked = storage.revoke_api_key(&acme, newest[0].id, made).await;
    assert!(revoked.expect("answered"));
    let again = put(storage.as_ref(), &api_key(&acme, made), 3).await;
    assert_eq!(again, PutApiKey::Stored);
}

/// Both can be used until the old one ends; one that ended is not replaced.
pub async fn a_key_takes_over_from_another(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let made = now();
    let mut old = api_key(&acme, made);
    put(storage.as_ref(), &old, 1).await;
    let take_over = |ends_at| {
        let (mut key, hash) = api_key(&acme, made);
        key.replaces = Some(old.0.id);
        let (storage, from) = (Arc::clone(&storage), old.0.id);
        async move {
            let handover = Handover { from, ends_at };
            let put = storage.put_api_key(&key, &hash, 1, Some(handover)).await;
            put.expect("answered")
        }
    };
    let ends_at = made + TimeDelta::hours(1);
    assert_eq!(take_over(ends_at).await, PutApiKey::Stored);
    old.0.expires_at = Some(ends_at);
    let found = storage.api_key(&acme, old.0.id).await.expect("read");
    assert_eq!(found.as_ref(), Some(&old.0));
    // Two of one are as many as there may be while one takes over from the other.
    assert_eq!(take_over(ends_at).await, PutApiKey::TooMany);
    let revoked = storage.revoke_api_key(&acme, old.0.id, made).await;
    assert!(revoked.expect("answered"));
    assert_eq!(take_over(ends_at).await, PutApiKey::Ended);
    let all = storage.api_keys(&acme, None, 10).await.expect("read");
    assert_eq!(all.len(), 2);
}

/// A later end is not given to one that ends earlier by itself.
pub async fn a_handover_makes_no_key_live_longer(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let made = now();
    let mut old = api_key(&acme, made);
    old.0.expires_at = Some(made + TimeDelta::hours(1));
    put(storage.as_ref(), &old, MOST).await;
    let (key, hash) = api_key(&acme, made);
    let handover = Handover {
        from: old.0.id,
        ends_at: made + TimeDelta::days(1),
    };
    let stored = storage.put_api_key(&key, &hash, MOST, Some(handover)).await;
    assert_eq!(stored.expect("answered"), PutApiKey::Stored);
    let found = storage.api_key(&acme, old.0.id).await.expect("read");
    assert_eq!(found, Some(old.0));
}

/// What is noted late does not take back what is noted already.
pub async fn the_last_use_is_kept(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let made = now();
    let mut noted = Vec::new();
    for tenant in [&acme, &other] {
        let key = api_key(tenant, made);
        put(storage.as_ref(), &key, MOST).await;
        noted.push((tenant.clone(), key.0.id, made + TimeDelta::seconds(9)));
    }
    noted.push((acme.clone(), ApiKeyId::at(made), made));
    storage.note_api_keys_used(&noted).await.expect("noted");
    for one in &mut noted {
        one.2 = made;
    }
    storage.note_api_keys_used(&noted).await.expect("noted");
    for (tenant, id, _) in &noted[..2] {
        let found = storage.api_key(tenant, *id).await.expect("read");
        let last = found.expect("there").last_used_at;
        assert_eq!(last, Some(made + TimeDelta::seconds(9)));
    }
}

/// Of those that ended, the newest stay.
pub async fn keys_that_ended_long_ago_are_forgotten(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let made = now();
    let mut ended = Vec::new();
    for _ in 0..ApiKey::MOST_ENDED + 2 {
        let key = api_key(&acme, made);
        put(storage.as_ref(), &key, MOST).await;
        let revoked = storage.revoke_api_key(&acme, key.0.id, made).await;
        assert!(revoked.expect("answered"));
        ended.push(key.0.id);
    }
    put(storage.as_ref(), &api_key(&acme, made), MOST).await;
    let all = storage.api_keys(&acme, None, 1_000).await.expect("read");
    let kept: Vec<_> = all.iter().skip(1).rev().map(|key| key.id).collect();
    assert_eq!(kept, ended[2..]);
}
