//! One count of a tenant: what was counted, what was accepted since, and when it is counted again.
//!
//! Until its outcome is known, a request counts as if it were accepted. What is stored shortly before a query may be counted
//! twice until the next one: rather too much is counted than too little.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use campanile_domain::TenantId;
use campanile_storage::{CountStep, Storage, StorageError};
use tokio::sync::{OwnedMutexGuard, Semaphore};
use tokio::time::{Instant, sleep};

/// Notifications that one query counts.
const STEP: u32 = 10_000;
/// A count is not taken for this much longer than its queries took: counting uses a fiftieth of one connection at most,
/// however much a tenant has.
const SPACING: u32 = 50;

/// A full queue is counted again before a request is refused, but not sooner than this after its last count.
const RECOUNTED_AFTER: Duration = Duration::from_millis(500);
/// Nor sooner than this many times what that count took.
const RECOUNT_SPACING: u32 = 10;

/// Queries at once, of all tenants: counting leaves the other connections to requests.
const QUERIES: usize = 2;

/// Puts the queries of all counts.
pub(super) struct Counter {
    storage: Arc<dyn Storage>,
    turns: Semaphore,
}

impl Counter {
    pub(super) fn new(storage: Arc<dyn Storage>) -> Self {
        let turns = Semaphore::new(QUERIES);
        Self { storage, turns }
    }
}

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
    /// Taken by requests of this process whose outcome is not known yet.
    pending: u64,
    /// Accepted by this process since the last query of that count began.
    since: u64,
    /// When it is counted again.
    due: Instant,
    /// When it is counted earlier, if a request would be refused.
    recount_from: Instant,
}

impl Count {
    pub(super) fn of(what: What) -> Self {
        let state = State {
            counted: None,
            pending: 0,
            since: 0,
            due: Instant::now(),
            recount_from: Instant::now(),
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
        counter: &Arc<Counter>,
        tenant: &TenantId,
        most: u64,
        adds: u64,
    ) -> Result<Option<u64>, StorageError> {
        let is_known = self.state().counted.is_some();
        if !is_known {
            let counting = Arc::clone(&self.counting).lock_owned().await;
            // Another request may have counted meanwhile.
            if self.state().counted.is_none() {
                let after = self.first_step(counter, tenant, most).await?;
                self.go_on(counter, tenant, most, (after, counting));
            }
        } else if self.state().due <= Instant::now()
            && let Ok(counting) = Arc::clone(&self.counting).try_lock_owned()
        {
            self.go_on(counter, tenant, most, (Some(Progress::default()), counting));
        }
        match self.try_take(most, adds) {
            Some(_) if self.may_recount() => {
                let _counting = self.counting.lock().await;
                // What waited has perhaps been sent meanwhile. Those who waited for this count use it.
                if self.may_recount() {
                    self.first_step(counter, tenant, most).await?;
                }
                Ok(self.try_take(most, adds))
            }
            full => Ok(full),
        }
    }

    /// Takes room; `Some`: there is none, as so many are used.
    fn try_take(&self, most: u64, adds: u64) -> Option<u64> {
        let mut state = self.state();
        let used = state
            .counted
            .unwrap_or_default()
            .saturating_add(state.since)
            .saturating_add(state.pending);
        if used.saturating_add(adds) > most {
            return Some(used);
        }
        state.pending = state.pending.saturating_add(adds);
        None
    }

    /// Whether a queue is counted before a request is refused: it shrinks all the time, and one query counts it.
    fn may_recount(&self) -> bool {
        self.what == What::Queued && self.state().recount_from <= Instant::now()
    }

    /// Gives room back that was taken in vain.
    pub(super) fn give_back(&self, adds: u64) {
        let mut state = self.state();
        state.pending = state.pending.saturating_sub(adds);
    }

    /// What room was taken for is accepted, or may be: the next count shows it.
    pub(super) fn keep(&self, adds: u64) {
        let mut state = self.state();
        state.pending = state.pending.saturating_sub(adds);
        state.since = state.since.saturating_add(adds);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first query of a count for which requests wait. `None`: it was also the last.
    async fn first_step(
        &self,
        counter: &Arc<Counter>,
        tenant: &TenantId,
        most: u64,
    ) -> Result<Option<Progress>, StorageError> {
        let mut progress = Progress::default();
        if progress.step(self, counter, tenant, most).await? {
            self.ended(&progress);
            return Ok(None);
        }
        self.state().counted = Some(progress.counted);
        Ok(Some(progress))
    }

    /// Counts in a task, beside the requests.
    fn go_on(
        self: &Arc<Self>,
        counter: &Arc<Counter>,
        tenant: &TenantId,
        most: u64,
        (progress, counting): (Option<Progress>, OwnedMutexGuard<()>),
    ) {
        let Some(mut progress) = progress else { return };
        let (count, counter, tenant) = (Arc::clone(self), Arc::clone(counter), tenant.clone());
        let is_first = progress.counted > 0;
        tokio::spawn(async move {
            let _counting = counting;
            loop {
                match progress.step(&count, &counter, &tenant, most).await {
                    Ok(true) => {
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
        let mut state = self.state();
        state.due = Instant::now() + interval;
        state.recount_from = Instant::now() + RECOUNTED_AFTER.max(progress.took * RECOUNT_SPACING);
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
        counter: &Counter,
        tenant: &TenantId,
        most: u64,
    ) -> Result<bool, StorageError> {
        // It is never closed.
        let _turn = counter.turns.acquire().await;
        let begun = Instant::now();
        let before = count.state().since;
        let is_done = match count.what {
            What::Queued => {
                let most = u32::try_from(most).unwrap_or(u32::MAX).saturating_add(1);
                self.counted = counter.storage.queued_of(tenant, most).await?;
                true
            }
            What::Stored => {
                let step = counter
                    .storage
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
            // What was known to be accepted before the query is in it.
            let mut state = count.state();
            state.since = state.since.saturating_sub(before);
            state.counted = Some(self.counted);
        }
        Ok(is_done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_taken_until_the_outcome_is_known() {
        let count = Count::of(What::Queued);
        count.state().counted = Some(3);
        assert_eq!(count.try_take(5, 2), None);
        assert_eq!(count.try_take(5, 1), Some(5));
        count.give_back(2);
        assert_eq!(count.try_take(5, 1), None);
        count.keep(1);
        assert_eq!(count.try_take(5, 2), Some(4));
        // A query that began before an outcome was known takes nothing of it away.
        assert_eq!(count.try_take(5, 1), None);
        let before = count.state().since;
        count.keep(1);
        count.state().since -= before;
        assert_eq!(count.try_take(5, 2), Some(4));
    }
}
