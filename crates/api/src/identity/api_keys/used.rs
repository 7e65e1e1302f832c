//! When keys were used last, collected and stored once a minute.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use campanile_domain::{ApiKeyId, TenantId};
use campanile_storage::Storage;
use chrono::{DateTime, Utc};

/// Keys between two times of storing; those beyond are noted with their next use.
const MOST: usize = 10_000;
/// Keys of a statement.
const AT_ONCE: usize = 500;

/// By key: whose it is, and when it was used.
type LastUses = HashMap<ApiKeyId, (TenantId, DateTime<Utc>)>;

/// When keys were used last; cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Used(Arc<Mutex<LastUses>>);

impl Used {
    /// Notes that a key was used.
    pub(super) fn note(&self, tenant: &TenantId, id: ApiKeyId, now: DateTime<Utc>) {
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() < MOST || used.contains_key(&id) {
            used.insert(id, (tenant.clone(), now));
        }
    }

    /// Stores what was noted. What cannot be stored is lost: it is a help for people, and the next use is noted again.
    pub(super) async fn store(self, storage: Arc<dyn Storage>) {
        let used = mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let used = used.into_iter().map(|(id, (tenant, at))| (tenant, id, at));
        let used: Vec<_> = used.collect();
        for some in used.chunks(AT_ONCE) {
            if let Err(error) = storage.note_api_keys_used(some).await {
                tracing::debug!(%error, "could not store when API keys were used");
            }
        }
    }
}
