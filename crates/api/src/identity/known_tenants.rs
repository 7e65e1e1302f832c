//! Whether a tenant exists, remembered for a moment so that not every request asks the database.

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::TenantId;
use campanile_storage::{Storage, StorageError};
use moka::ops::compute::Op;
use moka::sync::Cache;
use tokio::time::{Instant, timeout};

/// A tenant that was removed is known for at most so long.
const KNOWN: Duration = Duration::from_secs(5);
/// A tenant that was just created is refused for at most so long.
const UNKNOWN: Duration = Duration::from_secs(1);
/// While the database does not answer, a tenant stays known for so long since it was last seen there:
/// as long as answers about inboxes are kept, which could not be given otherwise.
const KNOWN_WITHOUT_DATABASE: Duration = Duration::from_secs(300);
/// Who is known is waited for no longer: with the write that follows, the caller is to hear within a second.
const PATIENCE: Duration = Duration::from_millis(200);
/// More names than this are not remembered at a time: those that were asked for least make way.
const CAPACITY: u64 = 10_000;

/// Answers from memory where it may.
pub(super) struct KnownTenants {
    storage: Arc<dyn Storage>,
    answers: Cache<TenantId, Answer>,
}

/// What the database said.
#[derive(Clone, Copy)]
struct Answer {
    exists: bool,
    /// When it was asked.
    at: Instant,
    /// When it is asked again.
    until: Instant,
}

impl KnownTenants {
    pub(super) fn new(storage: Arc<dyn Storage>) -> Self {
        Self {
            storage,
            answers: Cache::new(CAPACITY),
        }
    }

    /// Whether there is such a tenant.
    pub(super) async fn exists(&self, tenant: &TenantId) -> Result<bool, StorageError> {
        let now = Instant::now();
        let last = self.answers.get(tenant);
        if let Some(last) = last.filter(|last| last.until > now) {
            return Ok(last.exists);
        }
        let asked = self.storage.tenant(tenant);
        let stands_in = last.filter(|last| last.exists && last.at + KNOWN_WITHOUT_DATABASE > now);
        let answer = match stands_in {
            None => asked.await?.is_some(),
            Some(last) => match timeout(PATIENCE, asked).await {
                Ok(Ok(found)) => found.is_some(),
                Ok(Err(StorageError::Away(_) | StorageError::Unavailable(_))) | Err(_) => {
                    // The next ones shall not wait for it either.
                    let until = Instant::now() + UNKNOWN;
                    self.remember(tenant, Answer { until, ..last });
                    return Ok(true);
                }
                Ok(Err(error)) => return Err(error),
            },
        };
        // The moment before the question counts: the answer may be as old as that.
        let remembered = Answer {
            exists: answer,
            at: now,
            until: now + if answer { KNOWN } else { UNKNOWN },
        };
        self.remember(tenant, remembered);
        Ok(answer)
    }

    /// Of two questions at once, the later one knows more.
    fn remember(&self, tenant: &TenantId, answer: Answer) {
        let entry = self.answers.entry_by_ref(tenant);
        entry.and_compute_with(|there| match there {
            Some(there) if there.value().at > answer.at => Op::Nop,
            _ => Op::Put(answer),
        });
    }
}
