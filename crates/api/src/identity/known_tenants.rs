//! Whether a tenant exists, remembered for a moment so that not every request asks the database.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use campanile_domain::TenantId;
use campanile_storage::{Storage, StorageError};
use tokio::time::Instant;

/// A tenant that was removed is known for at most so long.
const KNOWN: Duration = Duration::from_secs(5);
/// A tenant that was just created is refused for at most so long.
const UNKNOWN: Duration = Duration::from_secs(1);
/// More names than this are not remembered at a time; a token is signed, so names are not free.
const CAPACITY: usize = 10_000;

/// Answers from memory where it may.
pub(super) struct KnownTenants {
    storage: Arc<dyn Storage>,
    answers: Mutex<HashMap<TenantId, (bool, Instant)>>,
}

impl KnownTenants {
    pub(super) fn new(storage: Arc<dyn Storage>) -> Self {
        Self {
            storage,
            answers: Mutex::default(),
        }
    }

    /// Whether there is such a tenant.
    pub(super) async fn exists(&self, tenant: &TenantId) -> Result<bool, StorageError> {
        let now = Instant::now();
        if let Some(answer) = self.remembered(tenant, now) {
            return Ok(answer);
        }
        let answer = self.storage.tenant(tenant).await?.is_some();
        // The moment before the question counts: the answer may be as old as that.
        let until = now + if answer { KNOWN } else { UNKNOWN };
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= CAPACITY {
            answers.retain(|_, (_, until)| *until > now);
            if answers.len() >= CAPACITY {
                answers.clear();
            }
        }
        answers.insert(tenant.clone(), (answer, until));
        Ok(answer)
    }

    fn remembered(&self, tenant: &TenantId, now: Instant) -> Option<bool> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let (answer, until) = answers.get(tenant)?;
        (*until > now).then_some(*answer)
    }
}
