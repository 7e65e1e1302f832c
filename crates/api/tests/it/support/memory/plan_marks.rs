//! Marks in memory: those that a test puts there.

use std::collections::HashMap;

use async_trait::async_trait;
use campanile_domain::{Mark, MarkPlace, TenantId};
use campanile_storage::{PlanMarks, StorageError};
use chrono::{DateTime, Utc};

use super::{MemoryStorage, workers_only};

#[async_trait]
impl PlanMarks for MemoryStorage {
    async fn plan_marks(
        &self,
        tenant: &TenantId,
        places: &[MarkPlace],
    ) -> Result<HashMap<MarkPlace, Mark>, StorageError> {
        self.up()?;
        let marks = self.plan_marks.lock().unwrap();
        let theirs = places.iter().filter(|place| place.tenant == *tenant);
        Ok(theirs
            .filter_map(|place| Some((place.clone(), *marks.get(place)?)))
            .collect())
    }

    async fn expire_plan_marks(&self, _now: DateTime<Utc>) -> Result<u64, StorageError> {
        workers_only()
    }
}
