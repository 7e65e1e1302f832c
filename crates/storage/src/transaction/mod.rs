//! The unit of work: one transaction, run as a value.
//!
//! A use case is a struct that implements [`Work`]: it claims, reads, lets `domain` decide, and writes, with the
//! operations of [`Transaction`]. `storage.transact(scope, work)` runs it on either back end. Back ends implement
//! operations on rows and never decide.
//!
//! A transaction that breaks before its commit (a stale connection, a deadlock) is run again, which is why
//! [`Work::run`] borrows its work: nothing outside the database may be touched before `transact` returns.

mod access;
mod audit;
mod dead_letters;
mod deliveries;
mod due;
mod fanouts;
mod found_addresses;
mod ingest;
mod keys;
mod merges;
mod notifications;
mod operators;
mod outbox;
mod people;
mod plan;
mod reactions;
mod recalls;
mod remembered;
mod reschedules;
mod retention;
mod scope;
mod suppressions;
mod templates;
mod users;
mod variants;

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use campanile_domain::{Random, TenantId};
use chrono::{DateTime, Utc};

pub use access::AccessRows;
pub use audit::{AUDIT_REMOVED_AT_ONCE, AuditRows};
pub use dead_letters::{DeadLetterRows, DeadLetterTaken};
pub use deliveries::{
    DeferredDelivery, DeliveryRows, LostDelivery, NewDispatch, Replacement, deferral_json,
};
pub use due::{ClaimedScheduleRows, Due, DueFacts, DueRows, OpenDue, SettledDue};
pub use fanouts::{
    FanoutInHand, FanoutRequest, FanoutRows, FanoutSays, OpenFanouts, TopicAudience, TurnOfFanouts,
};
pub use found_addresses::FoundAddress;
pub use ingest::IngestRows;
pub use keys::{DataKeyFacts, KeyRows, WrappedPlace};
pub use merges::{FanoutAtUser, MergeRows, MergedNotification};
pub use notifications::{NotificationRows, Unread, UnreadOf};
pub use operators::OperatorRows;
pub use outbox::{OutboxRow, OutboxRows};
pub use people::{AddressesByPerson, AddressesFound, ChoicesByPerson, PeopleRows, Person};
pub use plan::{
    ClaimedOutboxRows, OutboxInHand, PlanRows, PlannedLine, TakenOutbox, Texts, ToPlan, Unreadable,
};
pub use reactions::{FirstReaction, ReactionRows};
pub use recalls::{MadeByFanout, NotificationRange, RecallInHand, RecallRows};
pub use remembered::RememberedRows;
pub use reschedules::{RescheduleCursor, RescheduleRows};
pub use retention::{ExpiredNotification, RetentionRows};
pub use scope::Scope;
pub use suppressions::SuppressionRows;
pub use templates::TemplateRows;
pub use users::{UserBefore, UserRows};
pub use variants::{AssignedNotification, VariantRows};

use crate::StorageError;

/// A use case that needs a transaction.
#[async_trait]
pub trait Work: Send + Sync + 'static {
    /// What comes of it.
    type Done: Send + 'static;

    /// Does the work. May be called again after a transaction that left nothing.
    ///
    /// # Errors
    /// Whatever an operation failed with: the transaction is rolled back.
    async fn run(&self, tx: &mut dyn Transaction) -> Result<Self::Done, StorageError>;
}

/// What a use case can do inside a transaction.
#[async_trait]
pub trait Transaction:
    AccessRows
    + AuditRows
    + DeadLetterRows
    + DeliveryRows
    + DueRows
    + FanoutRows
    + IngestRows
    + KeyRows
    + MergeRows
    + NotificationRows
    + OperatorRows
    + OutboxRows
    + PeopleRows
    + PlanRows
    + ReactionRows
    + RecallRows
    + RememberedRows
    + RescheduleRows
    + RetentionRows
    + SuppressionRows
    + TemplateRows
    + UserRows
    + VariantRows
    + Send
{
    /// From here on only rows of these tenants are seen. A worker's transaction begins without any, claims rows in
    /// tables that hold every tenant's, and narrows itself to those whose rows it claimed.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn narrow_to(&mut self, tenants: &[&TenantId]) -> Result<(), StorageError>;

    /// Fails with [`StorageError::ClockSkew`] where `now`, or this process's clock, is too far from the
    /// database's: rows would fall due too early or too late.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn check_clock(&mut self, now: DateTime<Utc>) -> Result<(), StorageError>;

    /// What makes the ids of new rows.
    fn random(&self) -> &Random;

    /// Nothing was written, so the end of the transaction need not be waited for.
    fn nothing_written(&mut self);

    /// Whether the transaction will be committed: it writes, and no work has said [`Self::nothing_written`].
    fn is_written(&self) -> bool;
}

/// Runs work in transactions. Use [`transact`].
#[async_trait]
pub trait UnitOfWork: Send + Sync {
    /// Runs the work in one transaction and commits it.
    ///
    /// # Errors
    /// Nothing is changed, except after [`StorageError::CommitUnknown`].
    async fn run(&self, scope: Scope, work: Arc<dyn RunInTransaction>) -> Result<(), StorageError>;
}

#[async_trait]
impl<T: UnitOfWork + ?Sized> UnitOfWork for Arc<T> {
    async fn run(&self, scope: Scope, work: Arc<dyn RunInTransaction>) -> Result<(), StorageError> {
        self.as_ref().run(scope, work).await
    }
}

#[async_trait]
impl<T: UnitOfWork + ?Sized> UnitOfWork for &T {
    async fn run(&self, scope: Scope, work: Arc<dyn RunInTransaction>) -> Result<(), StorageError> {
        (**self).run(scope, work).await
    }
}

/// [`Work`] without the type of its result, for `dyn UnitOfWork`.
#[async_trait]
pub trait RunInTransaction: Send + Sync {
    /// Runs the work and keeps its result.
    ///
    /// # Errors
    /// As [`Work::run`].
    async fn run(&self, tx: &mut dyn Transaction) -> Result<(), StorageError>;
}

/// Work, and what came of its last run.
struct Running<W: Work> {
    work: Arc<W>,
    done: Mutex<Option<W::Done>>,
}

#[async_trait]
impl<W: Work> RunInTransaction for Running<W> {
    async fn run(&self, tx: &mut dyn Transaction) -> Result<(), StorageError> {
        let done = self.work.run(tx).await?;
        *self.done.lock().unwrap_or_else(PoisonError::into_inner) = Some(done);
        Ok(())
    }
}

/// Runs a use case in one transaction that sees the rows of a scope, commits it and gives what came of it.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`].
///
/// # Panics
/// If a back end says that work succeeded which it has not run.
pub async fn transact<S, W>(storage: &S, scope: Scope, work: W) -> Result<W::Done, StorageError>
where
    S: UnitOfWork + ?Sized,
    W: Work,
{
    transact_shared(storage, scope, Arc::new(work)).await
}

/// [`transact`] for work that the caller looks at again afterwards.
///
/// # Errors
/// As [`transact`].
///
/// # Panics
/// As [`transact`].
pub async fn transact_shared<S, W>(
    storage: &S,
    scope: Scope,
    work: Arc<W>,
) -> Result<W::Done, StorageError>
where
    S: UnitOfWork + ?Sized,
    W: Work,
{
    let done = Mutex::new(None);
    let running = Arc::new(Running { work, done });
    storage.run(scope, Arc::clone(&running) as _).await?;
    let mut done = running.done.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(done.take().expect("work that succeeded has a result"))
}
