//! How much of a tenant waits and is stored, compared with its limits.
//!
//! Nothing is counted for a request. What was counted is remembered in this process, what the process accepts is added to it,
//! and it is counted again beside the requests after an interval: [`count`] says how long that is. So a limit is exact for
//! one process and a second's work; others are seen with the next count.

mod count;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use campanile_domain::{TenantId, TenantLimits};
use campanile_storage::Storage;

use self::count::{Count, What};
use crate::IntakeError;
use crate::intake::shed;

/// Tenants with limits that are remembered; those beyond are counted anew.
const CAPACITY: usize = 10_000;

/// By tenant and by what is counted.
type Counts = HashMap<(TenantId, What), Arc<Count>>;

/// The counts of all tenants that have limits and send; cheap to clone.
#[derive(Clone)]
pub(crate) struct Tallies {
    storage: Arc<dyn Storage>,
    counts: Arc<Mutex<Counts>>,
}

impl Tallies {
    pub(crate) fn new(storage: Arc<dyn Storage>) -> Self {
        Self {
            storage,
            counts: Arc::default(),
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
    ) -> Result<(), IntakeError> {
        let adds = u64::try_from(adds).unwrap_or(u64::MAX);
        let bounds = [
            (What::Queued, limits.queued),
            (What::Stored, limits.notifications),
        ];
        let bounds = bounds
            .into_iter()
            .filter_map(|(what, most)| Some((what, u64::from(most?))));
        let mut taken: Vec<Arc<Count>> = Vec::new();
        for (what, most) in bounds {
            let count = self.count(tenant, what);
            let used = count.take(&self.storage, tenant, most, adds).await;
            let refused = match used {
                Ok(None) => {
                    taken.push(count);
                    continue;
                }
                Ok(Some(used)) => what.exceeded(used, most),
                Err(error) => IntakeError::from(&error),
            };
            // Nothing of it is accepted.
            taken.iter().for_each(|count| count.give_back(adds));
            return Err(refused);
        }
        Ok(())
    }

    fn count(&self, tenant: &TenantId, what: What) -> Arc<Count> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (tenant.clone(), what);
        if !counts.contains_key(&key) && counts.len() >= CAPACITY {
            // Those that are being counted go on, and are forgotten.
            counts.clear();
        }
        Arc::clone(
            counts
                .entry(key)
                .or_insert_with(|| Arc::new(Count::of(what))),
        )
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
