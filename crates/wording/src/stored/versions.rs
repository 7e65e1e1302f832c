//! Versions that were read lately. They never change, so none is ever revoked.

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{NotificationType, TenantId, shared_type};
use campanile_storage::{Storage, StorageError};
use moka::sync::Cache;

use super::Version;

/// Bytes of sources that are kept, about; what is compiled of them takes a few times as much.
const MOST_BYTES: u64 = 8 * 1024 * 1024;
/// A version is forgotten when nothing has used it for so long.
const IDLE: Duration = Duration::from_secs(600);

/// Which version of which type of which tenant.
type Key = (TenantId, NotificationType, u64);

/// Reads versions; remembers those in use.
pub(crate) struct Versions {
    storage: Arc<dyn Storage>,
    known: Cache<Key, Option<Arc<Version>>>,
}

impl Versions {
    pub(crate) fn new(storage: Arc<dyn Storage>) -> Self {
        let bytes = |_: &Key, version: &Option<Arc<Version>>| {
            version.as_ref().map_or(1, |version| version.bytes())
        };
        Self {
            storage,
            known: Cache::builder()
                .weigher(bytes)
                .max_capacity(MOST_BYTES)
                .time_to_idle(IDLE)
                .build(),
        }
    }

    /// A version; `None` if it is kept no more.
    ///
    /// # Errors
    /// [`StorageError`].
    pub(crate) async fn get(
        &self,
        tenant: &TenantId,
        of: &NotificationType,
        number: u64,
    ) -> Result<Option<Arc<Version>>, StorageError> {
        let key = (tenant.clone(), of.clone(), number);
        if let Some(known) = self.known.get(&key) {
            return Ok(known);
        }
        let found = self.storage.template_version(tenant, of, number).await?;
        let version = match found {
            None => None,
            Some(found) => {
                let shared = match found.head.shared_version {
                    None => None,
                    Some(shared) => {
                        self.storage
                            .template_version(tenant, &shared_type(), shared)
                            .await?
                    }
                };
                let shared = shared.map(|shared| shared.snapshot).unwrap_or_default();
                let whose = (tenant.clone(), of.clone(), number);
                Some(Arc::new(Version::new(whose, found.snapshot, shared)))
            }
        };
        self.known.insert(key, version.clone());
        Ok(version)
    }
}
