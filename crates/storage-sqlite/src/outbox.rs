//! Rows of the outbox.

use async_trait::async_trait;
use campanile_storage::{OutboxRow, OutboxRows, StorageError};
use chrono::{DateTime, Utc};

use crate::rows::insert_outbox;
use crate::transaction::SqliteTransaction;

#[async_trait]
impl OutboxRows for SqliteTransaction<'_> {
    async fn insert_outbox(
        &mut self,
        rows: &[OutboxRow],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        for row in rows {
            let (lane, ids) = (row.lane.rank(), &row.notifications);
            insert_outbox(self.connection, &row.tenant, lane, ids, now, &self.random).await?;
        }
        Ok(())
    }
}
