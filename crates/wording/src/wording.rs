//! What gives words to notifications: what it has to look up for that.

use std::sync::Arc;

use campanile_domain::{LinkScheme, TenantId, TenantLimits};
use campanile_storage::{Storage, StorageError};

use crate::look_up::Remembered;
use crate::readers::{Attributes, Readers};
use crate::stored::{InUse, Schemas, Version, Versions};
use crate::stored_words::Stored;
use crate::tenants::{Set, Tenants, Tracking};

/// The locale of texts for readers of whom nothing is known.
pub(crate) const DEFAULT_LOCALE: &str = "en";

/// Gives words to notifications; cheap to clone.
#[derive(Clone)]
pub struct Wording {
    pub(crate) readers: Arc<Remembered<Readers>>,
    pub(crate) attributes: Arc<Remembered<Attributes>>,
    pub(crate) tenants: Arc<Remembered<Tenants>>,
    pub(crate) in_use: Arc<Remembered<InUse>>,
    pub(crate) versions: Arc<Remembered<Versions>>,
    pub(crate) schemas: Arc<Remembered<Schemas>>,
}

impl Wording {
    /// With what this storage has of readers and tenants, remembered for up to 5 s.
    pub fn new(storage: Arc<dyn Storage>) -> Self {
        Self {
            readers: Arc::new(Remembered::of(Readers(Arc::clone(&storage)))),
            attributes: Arc::new(Remembered::of(Attributes(Arc::clone(&storage)))),
            tenants: Arc::new(Remembered::of(Tenants(Arc::clone(&storage)))),
            in_use: Arc::new(Remembered::of(InUse(Arc::clone(&storage)))),
            versions: Arc::new(Remembered::of(Versions::new(Arc::clone(&storage)))),
            schemas: Arc::new(Remembered::of(Schemas(storage))),
        }
    }

    /// The schemes besides https that links of a tenant may have.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn link_schemes(&self, tenant: &TenantId) -> Result<Vec<LinkScheme>, StorageError> {
        Ok(self.set_by(tenant).await?.link_schemes.clone())
    }

    /// How much a tenant may take, where the operator of the installation has set that.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn limits(&self, tenant: &TenantId) -> Result<TenantLimits, StorageError> {
        Ok(self.set_by(tenant).await?.limits)
    }

    /// Whether a tenant's pushes tell apps how many notifications are unread; if the database does not answer, they do
    /// not.
    pub async fn push_badge(&self, tenant: &TenantId) -> bool {
        let set = self.set_by(tenant).await;
        set.is_ok_and(|set| set.push_badge)
    }

    /// What a tenant counts of its mails; nothing if the database does not answer.
    pub async fn tracking(&self, tenant: &TenantId) -> Tracking {
        let set = self.set_by(tenant).await;
        set.map(|set| set.tracking).unwrap_or_default()
    }

    /// What a tenant has set.
    pub(crate) async fn set_by(&self, tenant: &TenantId) -> Result<Arc<Set>, StorageError> {
        Ok(self.tenants.get(tenant).await?.unwrap_or_default())
    }
}

/// A version, to render with.
pub(crate) fn stored(number: i64, version: Arc<Version>, set: &Set) -> Stored {
    Stored {
        number,
        version,
        schemes: Arc::clone(&set.scheme_names),
    }
}
