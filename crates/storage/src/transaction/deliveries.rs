//! Rows of deliveries: what waits, what is dispatched, what became of it.

use async_trait::async_trait;
use campanile_domain::{
    Channel, Deferral, DeliveryId, DispatchId, Lane, NotificationId, PlannedDelivery, TenantId,
    UserId,
};
use chrono::{DateTime, Utc};

use crate::{Dispatch, FinishedDelivery, StorageError};

/// A delivery that waits because its user is not to be disturbed.
#[derive(Debug, Clone)]
pub struct DeferredDelivery {
    /// Whose.
    pub tenant: TenantId,
    /// Whose choices it waits for.
    pub user: UserId,
    /// Of which notification.
    pub notification: NotificationId,
    /// Which.
    pub delivery: DeliveryId,
    /// Through which channel.
    pub channel: Channel,
    /// How urgent.
    pub lane: Lane,
    /// When it is looked at again.
    pub until: DateTime<Utc>,
}

/// How back ends keep a deferral in its delivery's row: JSON.
///
/// # Panics
/// Never: moments and a code always serialise.
pub fn deferral_json(at: DateTime<Utc>, reason: &str, until: DateTime<Utc>) -> String {
    let deferral = Deferral {
        at,
        reason: reason.to_owned(),
        until,
    };
    serde_json::to_string(&deferral).expect("moments and a code always serialise")
}

/// A dispatch and what it holds.
#[derive(Debug, Clone)]
pub struct NewDispatch {
    /// The row.
    pub dispatch: Dispatch,
    /// Its deliveries.
    pub parts: Vec<(NotificationId, DeliveryId)>,
}

/// A delivery whose address is not its user's any more.
#[derive(Debug, Clone)]
pub struct LostDelivery {
    /// Whose.
    pub tenant: TenantId,
    /// Whose address it was.
    pub user: UserId,
    /// Of which notification.
    pub notification: NotificationId,
    /// Which.
    pub delivery: DeliveryId,
    /// Through which channel.
    pub channel: Channel,
    /// How urgent.
    pub lane: Lane,
}

/// A delivery to another address of the same user.
#[derive(Debug)]
pub struct Replacement<'l> {
    /// In the place of which.
    pub lost: &'l LostDelivery,
    /// The new one.
    pub line: PlannedDelivery,
}

/// Operations on deliveries.
#[async_trait]
pub trait DeliveryRows: Send {
    /// Puts deliveries into the schedule, where a change of their users' choices finds them.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn schedule_deferred(
        &mut self,
        deferred: &[DeferredDelivery],
    ) -> Result<(), StorageError>;

    /// Stores dispatches.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn insert_dispatches(
        &mut self,
        dispatches: &[NewDispatch],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Stores replacements of deliveries that have ended, each unless its address has one of the notification
    /// already, and makes them due at once.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn insert_replacements(
        &mut self,
        replacements: &[Replacement<'_>],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Records results, none of them twice: appends the attempt, moves an open state (or `cancelled` to `sent`), writes
    /// the next try into the schedule or removes it there, and the dead letter of one that died. A final state stays.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn record_results(
        &mut self,
        results: &[&FinishedDelivery],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Takes addresses out of use that providers reject. One refreshed since the call began stays.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn settle_addresses(
        &mut self,
        results: &[&FinishedDelivery],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Removes dispatches that are done.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn remove_dispatches(
        &mut self,
        dispatches: &[(TenantId, DispatchId)],
    ) -> Result<(), StorageError>;
}
