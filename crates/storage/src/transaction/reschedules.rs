//! Rows of reschedules: how far deferred deliveries of a tenant were looked at again.

use async_trait::async_trait;
use campanile_domain::{DeliveryId, TenantId};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::StorageError;

/// Behind which delivery a reschedule goes on, in the order of users and deliveries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RescheduleCursor {
    /// The id of its user; empty before the first.
    pub user: String,
    /// The delivery.
    pub delivery: DeliveryId,
}

impl RescheduleCursor {
    /// Before the first delivery: no user has an empty name.
    pub const FIRST: Self = Self {
        user: String::new(),
        delivery: DeliveryId(Uuid::nil()),
    };
}

/// Operations on reschedules.
#[async_trait]
pub trait RescheduleRows: Send {
    /// Stores that a reschedule of the tenant begins behind this place, also where one is in progress.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn begin_reschedule(
        &mut self,
        tenant: &TenantId,
        after: &RescheduleCursor,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Locks the row of a tenant's reschedule, so that those who step it take turns; `None` if there is none.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn lock_reschedule(
        &mut self,
        tenant: &TenantId,
    ) -> Result<Option<RescheduleCursor>, StorageError>;

    /// Makes the next [`crate::RESCHEDULED_AT_ONCE`] deliveries that quiet hours defer beyond `now` due now; gives where
    /// each of them is. Deliveries that are being released are skipped.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn reschedule_deferred(
        &mut self,
        tenant: &TenantId,
        after: &RescheduleCursor,
        now: DateTime<Utc>,
    ) -> Result<Vec<RescheduleCursor>, StorageError>;

    /// Stores where the next step goes on.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn advance_reschedule(
        &mut self,
        tenant: &TenantId,
        to: &RescheduleCursor,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Removes the row: the reschedule is done.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn end_reschedule(&mut self, tenant: &TenantId) -> Result<(), StorageError>;
}
