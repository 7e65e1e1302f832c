//! What tenants have set about texts.

use std::sync::Arc;

use campanile_domain::{LinkScheme, Tenant, TenantId};
use campanile_storage::{Storage, StorageError};
use moka::sync::Cache;

use crate::expiring;

/// So many tenants are remembered.
const MOST: u64 = 1_000;

/// Looks up tenants.
pub(crate) struct Tenants {
    storage: Arc<dyn Storage>,
    known: Cache<TenantId, Arc<Set>>,
}

/// What a tenant has set.
#[derive(Debug, Default)]
pub(crate) struct Set {
    /// Schemes besides https that links may have.
    pub(crate) link_schemes: Vec<LinkScheme>,
    /// The locale of users who have none.
    pub(crate) locale: Option<String>,
    /// Whether its pushes tell apps how many notifications are unread.
    pub(crate) push_badge: bool,
}

impl Tenants {
    pub(crate) fn new(storage: Arc<dyn Storage>) -> Self {
        Self {
            storage,
            known: expiring::cache(MOST),
        }
    }

    /// What a tenant has set.
    ///
    /// # Errors
    /// [`StorageError`].
    pub(crate) async fn get(&self, tenant: &TenantId) -> Result<Arc<Set>, StorageError> {
        if let Some(known) = self.known.get(tenant) {
            return Ok(known);
        }
        let found = self.storage.tenant(tenant).await?;
        let set = Arc::new(found.map_or_else(Set::default, Set::of));
        self.known.insert(tenant.clone(), Arc::clone(&set));
        Ok(set)
    }

    /// The locale of users who have none; without an answer of the database, none.
    pub(crate) async fn locale(&self, tenant: &TenantId) -> Option<String> {
        let set = self.get(tenant).await.ok()?;
        set.locale.clone()
    }
}

impl Set {
    fn of(tenant: Tenant) -> Self {
        Self {
            link_schemes: tenant.link_schemes,
            locale: tenant.locale,
            push_badge: tenant.push_badge,
        }
    }
}
