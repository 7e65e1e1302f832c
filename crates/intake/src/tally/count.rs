//! One count of a tenant: what was counted, what was accepted since, and when it is counted again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use campanile_domain::TenantId;
use campanile_storage::{CountStep, Storage, StorageError};
use tokio::time::{Instant, sleep};

/// Notifications that one query counts.
const STEP: u32 = 10_000;
/// A count is not taken for this much longer than its queries took: counting uses a fiftieth of one connection at most,
/// however much a tenant has.
const SPACING: u32 = 50;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum What {
    /// What waits to be planned, sent or retried.
    Queued,
    /// Notifications that are stored.
    Stored,
}

impl What {
    /// A count is used for so long at least.
    const fn least_interval(self) -> Duration {
        match self {
            Self::Queued => Duration::from_secs(5),
            Self::Stored => Duration::from_secs(60),
        }
    }
}

/// One count of a tenant.
pub(super) struct Count {
    what: What,
    state: Mutex<State>,
    /// Held by the task that counts.
    counting: Arc<tokio::sync::Mutex<()>>,
}

struct State {
    /// What was counted last; of a count that is under way for the first time, how far it is.
    counted: Option<u64>,
    /// Accepted by this process since the last query of that count began.
    since: u64,
    /// When it is counted again.
    due: Instant,
}

impl Count {
    pub(super) fn of(what: What) -> Self {
        let state = State {
            counted: None,
            since: 0,
            due: Instant::now(),
        };
        Self {
            what,
            state: Mutex::new(state),
            counting: Arc::default(),
        }
    }

    /// Takes room for so many below this limit; `Some`: there is none, as so many are used.
    pub(super) async fn take(
        self: &Arc<Self>,
        storage: &Arc<dyn Storage>,
        tenant: &TenantId,
        most: u64,
        adds: u64,
    ) -> Result<Option<u64>, StorageError> {
        let is_known = self.state().counted.is_some();
        if !is_known {
            let counting = Arc::clone(&self.counting).lock_owned().await;
            // Another request may have counted meanwhile.
            if self.state().counted.is_none() {
                let after = self.first_step(storage, tenant, most).await?;
                self.go_on(storage, tenant, most, (after, counting));
            }
        } else if self.state().due <= Instant::now()
            && let Ok(counting) = Arc::clone(&self.counting).try_lock_owned()
        {
            self.go_on(storage, tenant, most, (Some(Progress::default()), counting));
        }
        let mut state = self.state();
        let used = state
            .counted
            .unwrap_or_default()
            .saturating_add(state.since);
        if used.saturating_add(adds) > most {
            return Ok(Some(used));
        }
        state.since = state.since.saturating_add(adds);
        Ok(None)
    }

    /// Gives room back that was taken in vain.
    pub(super) fn give_back(&self, adds: u64) {
        let mut state = self.state();
        state.since = state.since.saturating_sub(adds);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first query of the first count, for which requests wait. `None`: it was also the last.
    async fn first_step(
        &self,
        storage: &Arc<dyn Storage>,
        tenant: &TenantId,
        most: u64,
    ) -> Result<Option<Progress>, StorageError> {
        let mut progress = Progress::default();
        let is_done = progress.step(self, storage, tenant, most).await?;
        self.state().counted = Some(progress.counted);
        if is_done {
            self.ended(&progress);
            return Ok(None);
        }
        Ok(Some(progress))
    }

    /// Counts in a task, beside the requests.
    fn go_on(
        self: &Arc<Self>,
        storage: &Arc<dyn Storage>,
        tenant: &TenantId,
        most: u64,
        (progress, counting): (Option<Progress>, tokio::sync::OwnedMutexGuard<()>),
    ) {
        let Some(mut progress) = progress else { return };
        let (count, storage, tenant) = (Arc::clone(self), Arc::clone(storage), tenant.clone());
        let is_first = progress.counted > 0;
        tokio::spawn(async move {
            let _counting = counting;
            loop {
                match progress.step(&count, &storage, &tenant, most).await {
                    Ok(true) => {
                        count.state().counted = Some(progress.counted);
                        count.ended(&progress);
                        return;
                    }
                    Ok(false) if is_first => count.state().counted = Some(progress.counted),
                    Ok(false) => {}
                    Err(error) => {
                        tracing::debug!(%error, "could not count what a tenant has");
                        count.ended(&progress);
                        return;
                    }
                }
                sleep(progress.last_took * (SPACING - 1)).await;
            }
        });
    }

    fn ended(&self, progress: &Progress) {
        let interval = self.what.least_interval().max(progress.took * SPACING);
        self.state().due = Instant::now() + interval;
    }
}

/// How far a count is.
#[derive(Default)]
struct Progress {
    counted: u64,
    after: Option<campanile_domain::NotificationId>,
    took: Duration,
    last_took: Duration,
}

impl Progress {
    /// One query; whether it was the last.
    async fn step(
        &mut self,
        count: &Count,
        storage: &Arc<dyn Storage>,
        tenant: &TenantId,
        most: u64,
    ) -> Result<bool, StorageError> {
        let begun = Instant::now();
        let before = count.state().since;
        let is_done = match count.what {
            What::Queued => {
                let most = u32::try_from(most).unwrap_or(u32::MAX).saturating_add(1);
                self.counted = storage.queued_of(tenant, most).await?;
                true
            }
            What::Stored => {
                let step = storage
                    .count_notifications(tenant, self.after, STEP)
                    .await?;
                let CountStep { counted, last } = step;
                self.counted += u64::from(counted);
                self.after = last;
                // Beyond the limit it does not matter how many there are.
                last.is_none() || self.counted > most
            }
        };
        self.last_took = begun.elapsed();
        self.took += self.last_took;
        if is_done {
            // What was accepted before the query is in it.
            let mut state = count.state();
            state.since = state.since.saturating_sub(before);
        }
        Ok(is_done)
    }
}
