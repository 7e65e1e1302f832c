//! Versions that were read lately. They never change, so none is ever revoked.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use campanile_domain::{NotificationType, TenantId};
use campanile_storage::{Storage, StorageError};

use super::Version;
use super::compiled::CompiledTemplates;
use super::shared::SharedParts;
use crate::look_up::{LookUp, Remembered};

/// Which version of which type of which tenant.
pub(crate) type VersionKey = (TenantId, NotificationType, u64);

/// For how long a version is kept: until nothing has used it for a while. One that is not there may be that of a
/// transaction whose commit was not known yet.
pub(super) fn kept(is_there: bool) -> Duration {
    match is_there {
        true => Duration::MAX,
        false => Duration::from_secs(5),
    }
}

/// Looks up versions.
pub(crate) struct Versions {
    storage: Arc<dyn Storage>,
    shared: Remembered<SharedParts>,
    compiled: CompiledTemplates,
}

impl Versions {
    pub(crate) fn new(storage: Arc<dyn Storage>) -> Self {
        Self {
            shared: Remembered::of(SharedParts(Arc::clone(&storage))),
            compiled: CompiledTemplates::default(),
            storage,
        }
    }

    async fn read(&self, key: &VersionKey) -> Result<Option<Arc<Version>>, StorageError> {
        let (tenant, of, number) = key;
        let found = self.storage.template_version(tenant, of, *number).await?;
        let Some(found) = found else {
            return Ok(None);
        };
        let shared = match found.head.shared_version {
            None => None,
            Some(shared) => self.shared.get(&(tenant.clone(), shared)).await?,
        };
        let (shared, compiled) = (shared.unwrap_or_default(), self.compiled.clone());
        let version = Version::new(key.clone(), found.snapshot, shared, compiled);
        Ok(Some(Arc::new(version)))
    }
}

#[async_trait]
impl LookUp for Versions {
    type Key = VersionKey;
    type Value = Arc<Version>;

    const WHAT: &'static str = "a version of a template";
    /// Without what they use of `_shared` and what was compiled, which have separate bounds.
    const MOST_BYTES: u64 = 8 * 1024 * 1024;

    fn kept(version: Option<&Arc<Version>>) -> Duration {
        kept(version.is_some())
    }

    fn bytes(_: &VersionKey, version: Option<&Arc<Version>>) -> usize {
        300 + version.map_or(0, |version| version.bytes())
    }

    async fn many(
        &self,
        keys: &BTreeSet<VersionKey>,
    ) -> Result<HashMap<VersionKey, Arc<Version>>, StorageError> {
        let mut found = HashMap::new();
        for key in keys {
            let version = self.read(key).await?;
            found.extend(version.map(|version| (key.clone(), version)));
        }
        Ok(found)
    }
}
