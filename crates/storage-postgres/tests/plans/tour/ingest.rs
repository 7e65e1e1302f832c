//! Addresses to which programs send in their own protocol.

use campanile_pipeline::{create_ingest_address, revoke_ingest_address};
use campanile_storage_contract::fixture::now;
use campanile_storage_contract::ingest::{address, group};
use chrono::TimeDelta;

use super::Tour;

impl Tour<'_> {
    pub(super) async fn ingest(&self) {
        let (storage, acme) = (self.storage, &self.acme);
        let one = address(acme);
        let mut digest = [3; 32];
        digest[..16].copy_from_slice(one.id.0.as_bytes());
        let created = create_ingest_address(storage, &one, digest);
        created.await.unwrap();
        let found = storage.ingest_address(acme, &digest).await;
        assert_eq!(found.unwrap(), Some(one.clone()));
        let group = group(one.id, 1);
        storage.put_ingest_group(acme, &group).await.unwrap();
        let found = storage.ingest_group(acme, one.id, &group.digest).await;
        assert_eq!(found.unwrap().as_ref(), Some(&group));
        let before = now() - TimeDelta::days(30);
        storage.expire_ingest_groups(before).await.unwrap();
        assert!(!storage.ingest_addresses(acme).await.unwrap().is_empty());
        let revoked = revoke_ingest_address(&storage, acme, one.id, now());
        assert!(revoked.await.unwrap());
    }
}
