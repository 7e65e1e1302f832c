//! Whether a tenant exists, remembered for a moment so that not every request asks the database.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use campanile_domain::TenantId;
use campanile_storage::{Storage, StorageError};
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
/// More names than this are not remembered at a time; a token is signed, so names are not free.
const CAPACITY: usize = 10_000;

/// Answers from memory where it may.
pub(super) struct KnownTenants {
    storage: Arc<dyn Storage>,
    answers: Mutex<HashMap<TenantId, Answer>>,
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
            answers: Mutex::default(),
        }
    }

    /// Whether there is such a tenant.
    pub(super) async fn exists(&self, tenant: &TenantId) -> Result<bool, StorageError> {
        let now = Instant::now();
        let last = self.last(tenant);
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

    fn last(&self, tenant: &TenantId) -> Option<Answer> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.get(tenant).copied()
    }

    fn remember(&self, tenant: &TenantId, answer: Answer) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= CAPACITY && !answers.contains_key(tenant) {
            let now = Instant::now();
            answers.retain(|_, one| one.until > now);
            if answers.len() >= CAPACITY {
                answers.clear();
            }
        }
        // Of two questions at once, the later one knows more.
        if answers
            .get(tenant)
            .is_none_or(|there| there.at <= answer.at)
        {
            answers.insert(tenant.clone(), answer);
        }
    }
}
