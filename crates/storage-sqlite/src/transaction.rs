//! The unit of work: a job of the one writer, which merges it with others into one commit, or reads through a reader.

use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{Random, TenantId};
use campanile_sealing::KeyRing;
use campanile_storage::{RunInTransaction, Scope, StorageError, Transaction, UnitOfWork};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;

use crate::SqliteStorage;
use crate::addresses::AsInBook;
use crate::error::storage_error;
use crate::writer::Effect;

/// A transaction that a use case has begun.
pub(crate) struct SqliteTransaction<'c> {
    pub(crate) connection: &'c mut SqliteConnection,
    pub(crate) random: Random,
    pub(crate) keys: Arc<KeyRing>,
    pub(crate) as_in_book: AsInBook,
    pub(crate) effect: Effect,
}

#[async_trait]
impl Transaction for SqliteTransaction<'_> {
    /// The file has no other readers than this process, and statements name their tenant.
    async fn narrow_to(&mut self, _tenants: &[&TenantId]) -> Result<(), StorageError> {
        Ok(())
    }

    /// There is one clock.
    async fn check_clock(&mut self, _now: DateTime<Utc>) -> Result<(), StorageError> {
        Ok(())
    }

    fn random(&self) -> &Random {
        &self.random
    }

    fn nothing_written(&mut self) {
        self.effect = Effect::Nothing;
    }

    fn is_written(&self) -> bool {
        !matches!(self.effect, Effect::Nothing)
    }
}

#[async_trait]
impl UnitOfWork for SqliteStorage {
    async fn run(&self, scope: Scope, work: Arc<dyn RunInTransaction>) -> Result<(), StorageError> {
        if scope.is_read_only() {
            // Without BEGIN: a caller who goes away leaves nothing open on a reader's connection.
            let mut connection = self.readers.acquire().await.map_err(storage_error)?;
            let mut transaction = SqliteTransaction {
                connection: &mut connection,
                random: self.random.clone(),
                keys: Arc::clone(&self.keys),
                as_in_book: AsInBook::default(),
                effect: Effect::Nothing,
            };
            return work.run(&mut transaction).await;
        }
        let (random, keys) = (self.random.clone(), Arc::clone(&self.keys));
        self.writer
            .write_if(move |connection| {
                Box::pin(async move {
                    let mut transaction = SqliteTransaction {
                        connection,
                        random,
                        keys,
                        as_in_book: AsInBook::default(),
                        effect: Effect::Rows,
                    };
                    work.run(&mut transaction).await?;
                    Ok(((), transaction.effect))
                })
            })
            .await
    }
}
