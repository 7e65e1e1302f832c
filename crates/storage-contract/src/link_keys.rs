//! The keys of tenants' links.

use std::sync::Arc;

use campanile_storage::Storage;

use super::fixture::{now, tenants};

/// The first that is stored, however many processes make one at once.
pub async fn a_tenant_has_one_link_key(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    assert_eq!(storage.link_key(&acme).await.expect("read"), None);
    let (one, two) = tokio::join!(
        storage.put_link_key(&acme, &[1; 32], now()),
        storage.put_link_key(&acme, &[2; 32], now())
    );
    let (one, two) = (one.expect("stored"), two.expect("stored"));
    assert_eq!(one, two);
    let late = storage.put_link_key(&acme, &[3; 32], now()).await;
    assert_eq!(late.expect("stored"), one);
    assert_eq!(storage.link_key(&acme).await.expect("read"), Some(one));
    assert_eq!(storage.link_key(&other).await.expect("read"), None);
}
