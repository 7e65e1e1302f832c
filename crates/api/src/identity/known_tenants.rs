//! Whether a tenant exists and may act, remembered for a moment so that not every request asks the database.

use std::sync::Arc;
use std::time::Duration;

use campanile_cache::{Bus, Wake};
use campanile_domain::{Tenant, TenantId};
use campanile_storage::{Storage, StorageError};
use moka::ops::compute::Op;
use moka::sync::Cache;
use tokio::sync::broadcast::error::RecvError;
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
    /// Ends the task that listens to the bus.
    living: Arc<()>,
}

/// What a tenant's callers may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// There is no such tenant, or it is being removed.
    Unknown,
    /// It may only read.
    Suspended,
    /// It may act.
    Active,
}

impl Standing {
    fn of(tenant: Option<&Tenant>) -> Self {
        match tenant {
            None => Self::Unknown,
            Some(tenant) if tenant.removing_since.is_some() => Self::Unknown,
            Some(tenant) if tenant.suspended_at.is_some() => Self::Suspended,
            Some(_) => Self::Active,
        }
    }
}

/// What the database said.
#[derive(Clone, Copy)]
struct Answer {
    standing: Standing,
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
            living: Arc::default(),
        }
    }

    /// Forgets all when the bus says that a tenant has been suspended, resumed or deleted.
    pub(super) fn voided_by(&self, bus: &dyn Bus) {
        let (mut wakes, answers) = (bus.listen(), self.answers.clone());
        let living = Arc::downgrade(&self.living);
        tokio::spawn(async move {
            loop {
                match wakes.recv().await {
                    Ok(Wake::Access) => answers.invalidate_all(),
                    // What was missed is found when `KNOWN` is over.
                    Ok(Wake::Outbox | Wake::Templates) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                }
                if living.strong_count() == 0 {
                    return;
                }
            }
        });
    }

    /// What the callers of such a tenant may do.
    pub(super) async fn standing(&self, tenant: &TenantId) -> Result<Standing, StorageError> {
        let now = Instant::now();
        let last = self.answers.get(tenant);
        if let Some(last) = last.filter(|last| last.until > now) {
            return Ok(last.standing);
        }
        let asked = self.storage.tenant(tenant);
        let stands_in = last.filter(|last| {
            last.standing != Standing::Unknown && last.at + KNOWN_WITHOUT_DATABASE > now
        });
        let answer = match stands_in {
            None => Standing::of(asked.await?.as_ref()),
            Some(last) => match timeout(PATIENCE, asked).await {
                Ok(Ok(found)) => Standing::of(found.as_ref()),
                Ok(Err(StorageError::Away(_) | StorageError::Unavailable(_))) | Err(_) => {
                    // The next ones shall not wait for it either.
                    let until = Instant::now() + UNKNOWN;
                    self.remember(tenant, Answer { until, ..last });
                    return Ok(last.standing);
                }
                Ok(Err(error)) => return Err(error),
            },
        };
        // The moment before the question counts: the answer may be as old as that.
        let remembered = Answer {
            standing: answer,
            at: now,
            until: now
                + if answer == Standing::Unknown {
                    UNKNOWN
                } else {
                    KNOWN
                },
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
