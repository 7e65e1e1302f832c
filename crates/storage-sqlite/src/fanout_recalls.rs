//! What a send to a topic has made is called back, a batch at a time, inside the writer's commits.

mod made;
mod step;

use async_trait::async_trait;
use campanile_domain::{FanoutId, TenantId};
use campanile_storage::{FanoutRecalls, RecallTurn, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::SqliteStorage;
use crate::error::storage_error;
use crate::fanouts::failure;
use crate::rows::{get, micros, tenant};

#[async_trait]
impl FanoutRecalls for SqliteStorage {
    async fn recall_step(
        &self,
        after: Option<&TenantId>,
        now: DateTime<Utc>,
    ) -> Result<RecallTurn, StorageError> {
        // A look outside the writer first: where there is nothing to do it must cost no commit.
        let due: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM fanout_recalls WHERE due_at <= ?)")
                .bind(micros(now))
                .fetch_one(&self.readers)
                .await
                .map_err(storage_error)?;
        if !due {
            return Ok(RecallTurn::default());
        }
        let after = after.cloned();
        self.writer
            .write(move |connection| {
                Box::pin(async move {
                    let mut turn = RecallTurn::default();
                    let Some((tenant, id)) = next(connection, after.as_ref(), now).await? else {
                        return Ok(turn);
                    };
                    failure::begin(connection).await?;
                    let done = step::step(connection, &tenant, id, now).await;
                    let rows = &failure::RECALLS;
                    let done = failure::keep_or_note(connection, rows, (tenant, id), done, now);
                    match done.await? {
                        Ok(step) => turn.step = Some(step),
                        Err(failed) => turn.failed = Some(failed),
                    }
                    Ok(turn)
                })
            })
            .await
    }
}

/// The recall whose turn it is. The one writer is the lock.
async fn next(
    connection: &mut SqliteConnection,
    after: Option<&TenantId>,
    now: DateTime<Utc>,
) -> Result<Option<(TenantId, FanoutId)>, StorageError> {
    let row = sqlx::query(
        "SELECT tenant, id FROM fanout_recalls WHERE due_at <= ?1 \
         ORDER BY tenant <= ?2, tenant, updated_at, id LIMIT 1",
    )
    .bind(micros(now))
    .bind(after.map_or("", TenantId::as_str))
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some((tenant(&row)?, FanoutId(get(&row, "id")?))))
}
