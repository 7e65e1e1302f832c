//! How much of a tenant waits and is stored, compared with its limits.
//!
//! Nothing is counted for a request that fits. What was counted is remembered in this process, what the process accepts is added
//! to it, and it is counted again beside the requests after an interval: [`count`] says how long that is. So a limit holds for
//! what one process accepts; what others accept, and the subscribers of topics, are seen with the next count.

mod count;

use std::sync::Arc;

use campanile_domain::{TenantId, TenantLimits};
use campanile_storage::Storage;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use self::count::{Count, Counter, What};
use crate::IntakeError;
use crate::intake::shed;

/// Counts that are remembered: two each of ten thousand tenants with limits. Those that nothing has asked for longest are counted
/// anew.
const CAPACITY: u64 = 20_000;

/// The counts of all tenants that have limits and send; cheap to clone.
#[derive(Clone)]
pub(crate) struct Tallies {
    counter: Arc<Counter>,
    /// By tenant and by what is counted.
    counts: Cache<(TenantId, What), Arc<Count>>,
}

/// Room that a request has taken. It is given back when this is dropped, unless it is kept.
#[must_use]
pub(crate) struct Places {
    adds: u64,
    counts: Vec<Arc<Count>>,
}

impl Places {
    /// The request is accepted, or may be.
    pub(crate) fn keep(mut self) {
        for count in std::mem::take(&mut self.counts) {
            count.keep(self.adds);
        }
    }
}

impl Drop for Places {
    fn drop(&mut self) {
        for count in &self.counts {
            count.give_back(self.adds);
        }
    }
}

impl Tallies {
    pub(crate) fn new(storage: Arc<dyn Storage>) -> Self {
        let counts = Cache::builder()
            .max_capacity(CAPACITY)
            .eviction_policy(EvictionPolicy::lru());
        Self {
            counter: Arc::new(Counter::new(storage)),
            counts: counts.build(),
        }
    }

    /// Takes room for a request of so many notifications.
    ///
    /// # Errors
    /// Which limit it would exceed, or that nothing can be counted.
    pub(crate) async fn take(
        &self,
        tenant: &TenantId,
        limits: TenantLimits,
        adds: usize,
    ) -> Result<Places, IntakeError> {
        let adds = u64::try_from(adds).unwrap_or(u64::MAX);
        let bounds = [
            (What::Queued, limits.queued),
            (What::Stored, limits.notifications),
        ];
        let bounds = bounds
            .into_iter()
            .filter_map(|(what, most)| Some((what, u64::from(most?))));
        let counts = Vec::new();
        let mut places = Places { adds, counts };
        for (what, most) in bounds {
            let count = self.count(tenant, what);
            match count.take(&self.counter, tenant, most, adds).await {
                Ok(None) => places.counts.push(count),
                Ok(Some(used)) => return Err(what.exceeded(used, most)),
                Err(error) => return Err(IntakeError::from(&error)),
            }
        }
        Ok(places)
    }

    fn count(&self, tenant: &TenantId, what: What) -> Arc<Count> {
        let key = (tenant.clone(), what);
        self.counts.get_with(key, || Arc::new(Count::of(what)))
    }
}

impl What {
    fn exceeded(self, used: u64, most: u64) -> IntakeError {
        match self {
            Self::Queued => {
                shed("tenant_queue_full");
                IntakeError::QueueFull { used, most }
            }
            Self::Stored => {
                shed("tenant_storage_full");
                IntakeError::StorageFull { used, most }
            }
        }
    }
}
