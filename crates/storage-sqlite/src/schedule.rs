//! Releases what is due.

mod claim;
mod expedite;
mod open;

use async_trait::async_trait;
use campanile_storage::{
    ClaimedScheduleRows, Due, DueRows, Expedite, OpenDue, ReleaseLimits, Schedule, SettledDue,
    StorageError,
};
use chrono::{DateTime, Utc};

use crate::SqliteStorage;
use crate::transaction::SqliteTransaction;

#[async_trait]
impl Schedule for SqliteStorage {
    async fn expedite(&self, what: &Expedite<'_>) -> Result<u64, StorageError> {
        let deferred = expedite::deferred(&self.readers, what).await?;
        if deferred.is_empty() {
            return Ok(0);
        }
        let (tenant, now, within) = (what.tenant.clone(), what.now, what.within);
        self.writer
            .write(move |connection| {
                Box::pin(expedite::expedite(
                    connection, tenant, deferred, now, within,
                ))
            })
            .await
    }
}

#[async_trait]
impl DueRows for SqliteTransaction<'_> {
    async fn claim_due(
        &mut self,
        limits: &ReleaseLimits,
        now: DateTime<Utc>,
    ) -> Result<ClaimedScheduleRows, StorageError> {
        claim::claim(self.connection, limits, now).await
    }

    async fn open_due(&mut self, retries: &[&Due]) -> Result<Vec<OpenDue>, StorageError> {
        let mut open = Vec::with_capacity(retries.len());
        for (place, due) in retries.iter().enumerate() {
            open.extend(open::open(self.connection, &self.keys, place, due).await?);
        }
        Ok(open)
    }

    async fn settle_due(
        &mut self,
        settled: &[SettledDue<'_>],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        for one in settled {
            open::settle(self.connection, one, now).await?;
        }
        Ok(())
    }
}
