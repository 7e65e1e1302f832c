//! Who may call.

use campanile_domain::Tenant;
use campanile_storage::{Handover, PutApiKey, TenantChange};
use campanile_storage_contract::api_keys::api_key;
use campanile_storage_contract::fixture::now;
use chrono::TimeDelta;

use super::Tour;

impl Tour<'_> {
    pub(super) async fn access(&self) {
        let (storage, acme) = (self.storage, &self.acme);
        let (one, other) = (api_key(acme, now()), api_key(acme, now()));
        let put = storage.put_api_key(&one.0, &one.1, 1_000, None).await;
        assert_eq!(put.unwrap(), PutApiKey::Stored);
        let handover = Handover {
            from: one.0.id,
            ends_at: now(),
        };
        let put = storage.put_api_key(&other.0, &other.1, 1_000, Some(handover));
        assert_eq!(put.await.unwrap(), PutApiKey::Stored);
        let (id, after) = (one.0.id, Some(other.0.id));
        storage.api_key(acme, id).await.unwrap().unwrap();
        assert_eq!(storage.api_keys(acme, after, 1).await.unwrap()[0].id, id);
        assert!(storage.active_api_keys(acme, now()).await.unwrap() > 0);
        assert_eq!(storage.api_keys_by_id(&[id]).await.unwrap().len(), 1);
        let used = [(acme.clone(), id, now())];
        storage.note_api_keys_used(&used).await.unwrap();
        assert!(storage.revoke_api_key(acme, id, now()).await.unwrap());
        self.tenants().await;
    }

    /// Of one that is not `acme`: what is removed is gone.
    async fn tenants(&self) {
        let storage = self.storage;
        let name = campanile_storage_contract::fixture::tenant(&self.someone("doomed"));
        let doomed = Tenant::new(name.clone(), now());
        assert!(storage.add_tenant(&doomed).await.unwrap());
        let change = TenantChange::default();
        let changed = storage.change_tenant(&name, &change).await.unwrap();
        assert!(changed.is_some());
        storage.tenant_page(None, 2).await.unwrap();
        storage.tenant_usage(&name, now()).await.unwrap();
        assert_eq!(storage.queued_of(&name, 10).await.unwrap(), 0);
        let stored = storage.count_notifications(&name, None, 10).await.unwrap();
        assert_eq!(stored.counted, 0);
        assert!(storage.begin_tenant_removal(&name, now()).await.unwrap());
        let soon = now() + TimeDelta::minutes(1);
        assert!(!storage.tenants_in_removal(soon).await.unwrap().is_empty());
        assert_eq!(storage.remove_tenant_rows(&name, 10).await.unwrap(), 0);
        assert!(storage.end_tenant_removal(&name).await.unwrap());
    }
}
