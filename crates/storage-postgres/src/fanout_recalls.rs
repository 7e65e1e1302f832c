//! What a send to a topic has made is called back, a batch at a time.

mod claim;
mod made;
mod step;

use async_trait::async_trait;
use campanile_domain::TenantId;
use campanile_storage::{FailedStep, FanoutRecalls, RecallTurn, StorageError};
use chrono::{DateTime, Utc};

use crate::PostgresStorage;
use crate::accept::clock;
use crate::connection::{Kind, Scope, transact};
use crate::fanouts::failure;

#[async_trait]
impl FanoutRecalls for PostgresStorage {
    async fn recall_step(
        &self,
        after: Option<&TenantId>,
        now: DateTime<Utc>,
    ) -> Result<RecallTurn, StorageError> {
        let pool = &self.pools.worker;
        let mut at_work = None;
        let step = transact!(pool, Kind::Write, &Scope::none(), |connection| {
            at_work = None;
            let Some(recall) = claim::claim(connection, after, now).await? else {
                return Ok(None);
            };
            // Before anything is written by it: a retry would wait for long.
            let database = clock::now_in(connection).await?;
            clock::check_stamp(database, now)?;
            at_work = Some((recall.tenant.clone(), recall.id, recall.updated_at));
            step::step(connection, recall, now).await.map(Some)
        });
        match (step.map_err(StorageError::from), at_work) {
            (Err(error), Some((tenant, id, stepped_at))) if FailedStep::is_blamed(&error) => {
                let rows = &failure::RECALLS;
                let failed = failure::note(pool, rows, (tenant, id), stepped_at, error, now);
                Ok(RecallTurn {
                    step: None,
                    failed: Some(failed.await?),
                })
            }
            (step, _) => Ok(RecallTurn {
                step: step?,
                failed: None,
            }),
        }
    }
}
