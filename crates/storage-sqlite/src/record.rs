//! Writes results: state, attempt, the next try, and the end of dispatches.

use async_trait::async_trait;
use campanile_domain::{Deferral, DeliveryState, DispatchId, TenantId};
use campanile_storage::{
    DeferredDelivery, DeliveryRows, FinishedDelivery, NewDispatch, Replacement, StorageError,
    deferral_json,
};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::address_book::{replace, settle_address};
use crate::dead_letters::bury;
use crate::deferred::{self, deferrals_with};
use crate::error::{storage_error, undecodable};
use crate::redeliver;
use crate::rows::micros;
use crate::transaction::SqliteTransaction;

#[async_trait]
impl DeliveryRows for SqliteTransaction<'_> {
    async fn schedule_deferred(
        &mut self,
        deferred: &[DeferredDelivery],
    ) -> Result<(), StorageError> {
        for one in deferred {
            deferred::insert(self.connection, one).await?;
        }
        Ok(())
    }

    async fn insert_dispatches(
        &mut self,
        dispatches: &[NewDispatch],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        redeliver::insert(self.connection, dispatches, now).await
    }

    async fn insert_replacements(
        &mut self,
        replacements: &[Replacement<'_>],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        replace(
            self.connection,
            &self.keys,
            &self.as_in_book,
            replacements,
            now,
        )
        .await
    }

    async fn record_results(
        &mut self,
        results: &[&FinishedDelivery],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        for result in results {
            if settle(self.connection, result, now).await? {
                next_try(self.connection, result).await?;
            }
        }
        Ok(())
    }

    async fn settle_addresses(
        &mut self,
        results: &[&FinishedDelivery],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        for result in results {
            settle_address(self.connection, &self.keys, result, now).await?;
        }
        Ok(())
    }

    async fn remove_dispatches(
        &mut self,
        dispatches: &[(TenantId, DispatchId)],
    ) -> Result<(), StorageError> {
        for (tenant, id) in dispatches {
            sqlx::query("DELETE FROM dispatch WHERE tenant = ? AND id = ?")
                .bind(tenant.as_str())
                .bind(id.0)
                .execute(&mut *self.connection)
                .await
                .map_err(storage_error)?;
        }
        Ok(())
    }
}

/// Appends the attempt, or that it is held back; moves the state only if it is open, or if it was cancelled while its call was
/// under way and delivered all the same. Whether it was moved.
async fn settle(
    connection: &mut SqliteConnection,
    delivery: &FinishedDelivery,
    at: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let attempt = delivery
        .attempt
        .as_ref()
        .map(serde_json::to_string)
        .transpose()
        .map_err(|e| undecodable("deliveries", "attempts", e))?;
    let now = micros(at);
    let deferral = delivery.held_back();
    let moved = sqlx::query(
        concat!(
            "UPDATE deliveries SET state = ?1, reason = ?2, next_attempt_at = ?3, \
             unfinished_starts = ?9, started_account = iif(?9 > 0, started_account, NULL), updated_at = ?4, \
             attempts = iif(?5 IS NULL, attempts, json_insert(attempts, '$[#]', json(?5))), deferrals = ",
            deferrals_with!("?10", "?11"),
            " WHERE tenant = ?6 AND notification_id = ?7 AND id = ?8 \
             AND (state IN ('queued', 'deferred', 'retrying') OR state = 'cancelled' AND ?1 = 'sent')"
        ),
    )
    .bind(delivery.state.name())
    .bind(delivery.reason.as_deref())
    .bind(delivery.next_attempt_at.map(micros))
    .bind(now)
    .bind(attempt.as_deref())
    .bind(delivery.tenant.as_str())
    .bind(delivery.notification_id.0)
    .bind(delivery.delivery_id.0)
    .bind(delivery.unfinished_starts)
    .bind(deferral.map(|(reason, until)| deferral_json(at, reason, until)))
    .bind(Deferral::KEPT as i64)
    .execute(&mut *connection)
    .await
    .map_err(storage_error)?;
    if moved.rows_affected() > 0 {
        if delivery.state == DeliveryState::Dead {
            bury(connection, delivery, at).await?;
        }
        return Ok(true);
    }
    // Late: the call happened, so it is written down, but a final state stays.
    if let Some(attempt) = attempt {
        sqlx::query(
            "UPDATE deliveries SET updated_at = ?, \
             attempts = json_insert(attempts, '$[#]', json(?)) \
             WHERE tenant = ? AND notification_id = ? AND id = ?",
        )
        .bind(now)
        .bind(attempt)
        .bind(delivery.tenant.as_str())
        .bind(delivery.notification_id.0)
        .bind(delivery.delivery_id.0)
        .execute(connection)
        .await
        .map_err(storage_error)?;
    }
    Ok(false)
}

/// A retry waits in the schedule, and so does what was held back without an attempt; anything else
/// leaves nothing there.
async fn next_try(
    connection: &mut SqliteConnection,
    delivery: &FinishedDelivery,
) -> Result<(), StorageError> {
    let waits = matches!(
        delivery.state,
        DeliveryState::Retrying | DeliveryState::Deferred
    );
    let query = match delivery.next_attempt_at.filter(|_| waits) {
        Some(due) => sqlx::query(
            "INSERT INTO schedule (tenant, key, kind, notification_id, channel, lane, due_at) \
             VALUES (?1, ?2, 'retry', ?3, ?4, ?5, ?6) \
             ON CONFLICT (tenant, key) DO UPDATE SET due_at = ?6, user_id = NULL",
        )
        .bind(delivery.tenant.as_str())
        .bind(delivery.delivery_id.0)
        .bind(delivery.notification_id.0)
        .bind(delivery.channel.name())
        .bind(delivery.lane.rank())
        .bind(micros(due)),
        None => sqlx::query("DELETE FROM schedule WHERE tenant = ? AND key = ?")
            .bind(delivery.tenant.as_str())
            .bind(delivery.delivery_id.0),
    };
    query
        .execute(connection)
        .await
        .map(drop)
        .map_err(storage_error)
}
