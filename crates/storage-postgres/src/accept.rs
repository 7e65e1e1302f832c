//! Accepting: one transaction for a batch of requests of any tenants.

pub(crate) mod clock;
mod keys;
pub(crate) mod write;

use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{NotificationId, Random, TenantId};
use campanile_storage::{Accept, AcceptItem, AcceptOutcome, KeptAnswer, StorageError};
use campanile_telemetry::carry;
use chrono::{DateTime, Utc};

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, alone, task_fault, transact};
use crate::error::Fault;
use crate::pool::Pool;
pub(crate) use keys::claim_one as claim_key;

#[async_trait]
impl Accept for PostgresStorage {
    async fn accept(&self, batch: Arc<[AcceptItem]>) -> Result<Vec<AcceptOutcome>, StorageError> {
        let (pool, random) = (self.pools.app.clone(), self.random.clone());
        // A task of its own: a caller who goes away must not cancel a commit that others wait for.
        let work = tokio::spawn(carry(async move { accept(&pool, &batch, &random).await }));
        work.await.map_err(|error| task_fault(&error))?
    }

    async fn was_accepted(
        &self,
        tenant: &TenantId,
        id: NotificationId,
    ) -> Result<bool, StorageError> {
        let found = transact!(
            &self.pools.app,
            Kind::Read,
            &Scope::one(tenant),
            |connection| {
                let row = sqlx::query("SELECT 1 FROM notifications WHERE tenant = $1 AND id = $2")
                    .bind(tenant.as_str())
                    .bind(id.0);
                Ok(row.fetch_optional(connection).await?.is_some())
            }
        );
        Ok(found?)
    }

    async fn earlier_answer(
        &self,
        tenant: &TenantId,
        key: &str,
        fingerprint: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Option<KeptAnswer>, StorageError> {
        let scope = Scope::one(tenant);
        let found: Result<Option<String>, Fault> =
            transact!(&self.pools.app, Kind::Read, &scope, |connection| {
                let answer = sqlx::query_scalar(
                    "SELECT response FROM idempotency_keys
                 WHERE tenant = $1 AND key = $2 AND fingerprint = $3 AND expires_at > $4",
                )
                .bind(tenant.as_str())
                .bind(key)
                .bind(&fingerprint[..])
                .bind(now);
                Ok(answer.fetch_optional(connection).await?)
            });
        found?.as_deref().map(KeptAnswer::from_stored).transpose()
    }
}

async fn accept(
    pool: &Pool,
    batch: &[AcceptItem],
    random: &Random,
) -> Result<Vec<AcceptOutcome>, StorageError> {
    if batch.is_empty() {
        return Ok(Vec::new());
    }
    let scope = Scope::of(batch.iter().map(|item| &item.tenant));
    let outcome = if batch.iter().any(|item| item.idempotency.is_some()) {
        keyed(pool, &scope, batch, random).await
    } else {
        keyless(pool, &scope, batch, random).await
    };
    match outcome {
        Ok(outcomes) => Ok(outcomes),
        Err(Fault::LockTimeout) => busy(batch),
        // An id that fits no partition is from a clock far off, unless partitions are missing.
        Err(fault @ Fault::NoPartition(_)) => {
            let database = clock::now(pool).await?;
            clock::check(database, &batch.iter().collect::<Vec<_>>())?;
            Err(fault.into())
        }
        Err(fault) => Err(fault.into()),
    }
}

/// First the keys say which of them are new.
async fn keyed(
    pool: &Pool,
    scope: &Scope,
    batch: &[AcceptItem],
    random: &Random,
) -> Result<Vec<AcceptOutcome>, Fault> {
    transact!(pool, Kind::Write, scope, |connection| {
        let outcomes = keys::claim(connection, batch).await?;
        let items = batch.iter().zip(&outcomes);
        let fresh = items.filter(|(_, outcome)| **outcome == AcceptOutcome::Accepted);
        let fresh: Vec<_> = fresh.map(|(item, _)| item).collect();
        if !fresh.is_empty() {
            write::write(connection, scope, &fresh, (random, pool.keys())).await?;
        }
        Ok(outcomes)
    })
}

/// All are new: one statement. Where its connection broke it is unknown whether it was carried out, so it is tried again
/// with the same ids; if they are taken then, they are so by itself.
async fn keyless(
    pool: &Pool,
    scope: &Scope,
    batch: &[AcceptItem],
    random: &Random,
) -> Result<Vec<AcceptOutcome>, Fault> {
    let all: Vec<_> = batch.iter().collect();
    let written = alone!(pool, Kind::Write, |connection, was_lost| {
        match write::write(connection, scope, &all, (random, pool.keys())).await {
            Err(Fault::Taken(_)) if was_lost => Ok(()),
            written => written,
        }
    });
    written.map(|()| vec![AcceptOutcome::Accepted; batch.len()])
}

/// Another transaction has a key of this batch and does not come to an end. Alone, the item gets that answer;
/// in company, the batch is split until it is alone.
fn busy(batch: &[AcceptItem]) -> Result<Vec<AcceptOutcome>, StorageError> {
    match batch {
        [alone] if alone.idempotency.is_some() => Ok(vec![AcceptOutcome::KeyBusy]),
        [_] => Err(Fault::LockTimeout.into()),
        _ => Err(StorageError::Refused(
            "another request holds the idempotency key".into(),
        )),
    }
}
