//! What users and tenants have chosen.
//!
//! Relay and scheduler read choices in the transactions in which they plan, so that a choice holds for
//! everything that is planned after it was stored. What was deferred before is looked at at once
//! when a choice changes, and so it is when a user moves to another zone: a row
//! in the schedule that names a user waits for that user's quiet hours and for nothing else.

use std::collections::BTreeMap;

use async_trait::async_trait;
use campanile_domain::{Channel, TenantId, TenantPreferences};
use chrono::{DateTime, Utc};

use crate::StorageError;

/// How many deliveries there were, by channel and reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reasons(BTreeMap<(Channel, &'static str), u64>);

impl Reasons {
    /// Counts one.
    pub fn add(&mut self, channel: Channel, reason: &'static str) {
        *self.0.entry((channel, reason)).or_default() += 1;
    }

    /// Each channel and reason with its number.
    pub fn iter(&self) -> impl Iterator<Item = (Channel, &'static str, u64)> {
        let counts = self.0.iter();
        counts.map(|((channel, reason), deliveries)| (*channel, *reason, *deliveries))
    }
}

/// What one step of a reschedule did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RescheduleStep {
    /// How many deliveries fall due now.
    pub rescheduled: u64,
    /// Whether it found as many as it may take: there may be others.
    pub more: bool,
}

/// Deliveries that one statement makes due.
pub const RESCHEDULED_AT_ONCE: usize = 500;

/// Keeps choices. Every statement is limited to one tenant.
#[async_trait]
pub trait PreferenceBook: Send + Sync {
    /// What a tenant has set; nothing if it never did.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn tenant_preferences(
        &self,
        tenant: &TenantId,
    ) -> Result<TenantPreferences, StorageError>;

    /// Tenants whose rescheduling is not done and whose last step was before `before`, so that a worker can finish
    /// it. At most this many, the longest waiting first. A name that cannot be decoded is logged and skipped.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn broken_off_reschedules(
        &self,
        before: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<TenantId>, StorageError>;

    /// Puts a tenant whose step has failed behind the others, as if it had stepped now. It goes on where
    /// it was.
    ///
    /// # Errors
    /// Nothing is changed.
    async fn put_off_reschedule(
        &self,
        tenant: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;
}
