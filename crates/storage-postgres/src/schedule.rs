//! What waits for its time.

mod claim;
mod expedite;
mod open;
mod settle;

use async_trait::async_trait;
use campanile_storage::{
    ClaimedScheduleRows, Due, DueRows, Expedite, OpenDue, ReleaseLimits, Schedule, SettledDue,
    StorageError,
};
use chrono::{DateTime, Utc};

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, transact};
use crate::named::named;
use crate::transaction::PostgresTransaction;

#[async_trait]
impl Schedule for PostgresStorage {
    async fn expedite(&self, what: &Expedite<'_>) -> Result<u64, StorageError> {
        let pool = &self.pools.worker;
        let expedited = transact!(pool, Kind::Write, &Scope::one(what.tenant), |connection| {
            expedite::expedite(connection, what).await
        });
        Ok(expedited?)
    }
}

#[async_trait]
impl DueRows for PostgresTransaction<'_> {
    async fn claim_due(
        &mut self,
        limits: &ReleaseLimits,
        now: DateTime<Utc>,
    ) -> Result<ClaimedScheduleRows, StorageError> {
        let claimed = named("claim_due", claim::claim(self.connection, limits, now)).await;
        self.keep(claimed)
    }

    async fn open_due(&mut self, retries: &[&Due]) -> Result<Vec<OpenDue>, StorageError> {
        let open = named("open_due", open::open(self.connection, self.keys, retries)).await;
        self.keep(open)
    }

    async fn settle_due(
        &mut self,
        settled: &[SettledDue<'_>],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let done = named("settle_due", settle::settle(self.connection, settled, now)).await;
        self.keep(done)
    }
}
