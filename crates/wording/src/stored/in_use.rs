//! Which versions of templates are in use, and which schemas: the only things of templates that change.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use campanile_domain::{ContentSchema, NotificationType, TemplateType, TenantId};
use campanile_storage::{Storage, StorageError};
use moka::sync::Cache;

/// A change is seen so late at most, by processes that do not hear of it.
const KEPT: Duration = Duration::from_secs(5);
/// So many tenants are remembered.
const MOST: u64 = 1_000;

/// Looks up what is in use; remembered for [`KEPT`], or until [`InUse::void`].
pub(crate) struct InUse {
    storage: Arc<dyn Storage>,
    known: Cache<TenantId, Arc<OfTenant>>,
    /// Raised when something has changed: what was read under an earlier number, or is being read, does not count.
    generation: AtomicU64,
}

/// What is in use of a tenant.
pub(crate) struct OfTenant {
    read_at: Instant,
    generation: u64,
    types: HashMap<NotificationType, OfType>,
}

/// What is in use of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OfType {
    /// The version for new notifications.
    pub(crate) version: Option<u64>,
    /// The schema of the content, and its revision.
    pub(crate) schema: Option<(u64, ContentSchema)>,
}

impl OfTenant {
    pub(crate) fn get(&self, of: &NotificationType) -> Option<&OfType> {
        self.types.get(of)
    }
}

impl InUse {
    pub(crate) fn new(storage: Arc<dyn Storage>) -> Self {
        Self {
            storage,
            known: Cache::new(MOST),
            generation: AtomicU64::new(0),
        }
    }

    /// Something has changed: everything is read again when it is needed.
    pub(crate) fn void(&self) {
        self.generation.fetch_add(1, Ordering::Release);
    }

    /// What is in use of a tenant. Without an answer of the database, what it was before.
    ///
    /// # Errors
    /// [`StorageError`] if nothing is known.
    pub(crate) async fn of(&self, tenant: &TenantId) -> Result<Arc<OfTenant>, StorageError> {
        let generation = self.generation.load(Ordering::Acquire);
        let known = self.known.get(tenant);
        if let Some(known) = &known
            && known.generation == generation
            && known.read_at.elapsed() < KEPT
        {
            return Ok(Arc::clone(known));
        }
        match (self.storage.template_types(tenant).await, known) {
            (Ok(types), _) => {
                let types = types.into_iter().map(of_type);
                let read = Arc::new(OfTenant {
                    read_at: Instant::now(),
                    generation,
                    types: types.collect(),
                });
                self.known.insert(tenant.clone(), Arc::clone(&read));
                Ok(read)
            }
            (Err(_), Some(known)) => Ok(known),
            (Err(error), None) => Err(error),
        }
    }
}

fn of_type(one: TemplateType) -> (NotificationType, OfType) {
    let revision = one.schema_revision;
    let of = OfType {
        version: one.current_version,
        schema: one.schema.map(|schema| (revision, schema)),
    };
    (one.notification_type, of)
}
