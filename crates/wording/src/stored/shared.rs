//! Layouts, partials and the brand: one copy in memory for all versions that use them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use campanile_domain::{TemplateSnapshot, TenantId, shared_type};
use campanile_storage::{Storage, StorageError};

use super::versions::kept;
use crate::look_up::LookUp;

/// A version of `_shared`.
pub(crate) type SharedKey = (TenantId, u64);

/// Looks up versions of `_shared`.
pub(crate) struct SharedParts(pub(crate) Arc<dyn Storage>);

/// A version of `_shared`.
#[derive(Default)]
pub(crate) struct Shared {
    pub(crate) snapshot: TemplateSnapshot,
    /// The tenant's brand as a JSON object, or nothing.
    pub(crate) brand: Arc<str>,
    bytes: usize,
}

impl Shared {
    fn of(snapshot: TemplateSnapshot) -> Self {
        let brand = snapshot.brand.as_ref();
        let brand = brand.map(|brand| serde_json::to_string(brand).unwrap_or_default());
        Self {
            bytes: snapshot.to_stored().len(),
            brand: brand.unwrap_or_default().into(),
            snapshot,
        }
    }
}

#[async_trait]
impl LookUp for SharedParts {
    type Key = SharedKey;
    type Value = Arc<Shared>;

    const WHAT: &'static str = "a version of _shared";
    const MOST_BYTES: u64 = 8 * 1024 * 1024;

    fn kept(shared: Option<&Arc<Shared>>) -> Duration {
        kept(shared.is_some())
    }

    fn bytes(_: &SharedKey, shared: Option<&Arc<Shared>>) -> usize {
        200 + shared.map_or(0, |shared| shared.bytes)
    }

    async fn many(
        &self,
        keys: &BTreeSet<SharedKey>,
    ) -> Result<HashMap<SharedKey, Arc<Shared>>, StorageError> {
        let mut found = HashMap::new();
        for key in keys {
            let version = self
                .0
                .template_version(&key.0, &shared_type(), key.1)
                .await?;
            let shared = version.map(|version| Arc::new(Shared::of(version.snapshot)));
            found.extend(shared.map(|shared| (key.clone(), shared)));
        }
        Ok(found)
    }
}
