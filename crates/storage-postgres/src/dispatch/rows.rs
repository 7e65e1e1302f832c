//! What a use case can do to deliveries and dispatches inside a transaction.

use async_trait::async_trait;
use campanile_domain::{DispatchId, TenantId};
use campanile_storage::{
    DeferredDelivery, DeliveryRows, FinishedDelivery, NewDispatch, Replacement, StorageError,
};
use chrono::{DateTime, Utc};

use super::{insert, record};
use crate::address_book::{replace, settle};
use crate::deferred;
use crate::named::named;
use crate::transaction::PostgresTransaction;

#[async_trait]
impl DeliveryRows for PostgresTransaction<'_> {
    async fn schedule_deferred(
        &mut self,
        deferred: &[DeferredDelivery],
    ) -> Result<(), StorageError> {
        let done = named(
            "schedule_deferred",
            deferred::insert(self.connection, deferred),
        )
        .await;
        self.keep(done)
    }

    async fn insert_dispatches(
        &mut self,
        dispatches: &[NewDispatch],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let done = named(
            "insert_dispatches",
            insert::insert(self.connection, dispatches, now),
        )
        .await;
        self.keep(done)
    }

    async fn insert_replacements(
        &mut self,
        replacements: &[Replacement<'_>],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let done = named(
            "insert_replacements",
            replace(
                self.connection,
                self.keys,
                &self.as_in_book,
                replacements,
                now,
            ),
        )
        .await;
        self.keep(done)
    }

    async fn record_results(
        &mut self,
        results: &[&FinishedDelivery],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let done = named(
            "record_results",
            record::deliveries(self.connection, results, now),
        )
        .await;
        self.keep(done)
    }

    async fn settle_addresses(
        &mut self,
        results: &[&FinishedDelivery],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let done = named(
            "settle_addresses",
            settle(self.connection, self.keys, results, now),
        )
        .await;
        self.keep(done)
    }

    async fn remove_dispatches(
        &mut self,
        dispatches: &[(TenantId, DispatchId)],
    ) -> Result<(), StorageError> {
        let done = named(
            "remove_dispatches",
            record::finished(self.connection, dispatches),
        )
        .await;
        self.keep(done)
    }
}
