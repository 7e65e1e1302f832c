//! What users and tenants have chosen, and what plans look at of a recipient.
//!
//! Relay and scheduler read choices in the transactions in which they plan, so that a choice holds for
//! everything that is planned after it was stored. What was deferred before is looked at at once
//! when a choice changes, and so it is when a user moves to another zone ([`crate::AddressBook`]): a row
//! in the schedule that names a user waits for that user's quiet hours and for nothing else.

use std::collections::BTreeMap;

use async_trait::async_trait;
use campanile_domain::{
    Channel, DeliveryId, Preferences, TenantId, TenantPreferences, UserId, Wishes,
};
use chrono::{DateTime, Utc};

use crate::{Storage, StorageError};

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

/// What a plan looks at of one user.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Recipient {
    /// Usable addresses, by channel.
    pub addresses: Vec<(Channel, String)>,
    /// What they want.
    pub wishes: Wishes,
}

/// What one step of [`PreferenceBook::retime_step`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetimeStep {
    /// How many deliveries fall due now.
    pub retimed: u64,
    /// The last of them, if it found as many as it may take.
    pub more_after: Option<(UserId, DeliveryId)>,
}

/// Deliveries that one statement makes due.
pub const RETIMED_AT_ONCE: usize = 500;

/// Keeps choices. Every statement is limited to one tenant.
#[async_trait]
pub trait PreferenceBook: Send + Sync {
    /// Replaces a user's choices, and makes what waits for their quiet hours fall due, in one
    /// transaction. Nobody has to be known to choose.
    ///
    /// # Errors
    /// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
    async fn put_preferences(
        &self,
        tenant: &TenantId,
        user: &UserId,
        choices: &Preferences,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Replaces what a tenant has set. What waits for anybody's quiet hours keeps its time; see
    /// [`retime_all`].
    ///
    /// # Errors
    /// As [`Self::put_preferences`].
    async fn put_tenant_preferences(
        &self,
        tenant: &TenantId,
        set: &TenantPreferences,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// What a tenant has set; nothing if it never did.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn tenant_preferences(
        &self,
        tenant: &TenantId,
    ) -> Result<TenantPreferences, StorageError>;

    /// What a plan would look at of these users, in their order. Those of whom nothing is known have
    /// no address and no wish.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn recipients(
        &self,
        tenant: &TenantId,
        users: &[UserId],
    ) -> Result<Vec<Recipient>, StorageError>;

    /// Makes what waits for quiet hours of a tenant's users fall due now, at most
    /// [`RETIMED_AT_ONCE`] of it behind `after`, by user and delivery. What is being released just now
    /// is passed over: whoever releases it has the new choices or waits for them.
    ///
    /// # Errors
    /// Nothing is changed.
    async fn retime_step(
        &self,
        tenant: &TenantId,
        after: Option<(UserId, DeliveryId)>,
        now: DateTime<Utc>,
    ) -> Result<RetimeStep, StorageError>;
}

/// Makes everything that waits for quiet hours of a tenant's users fall due, and says how much. Broken
/// off, it leaves rows that are looked at at their old time; repeated, it goes on.
///
/// # Errors
/// What was done so far stays.
pub async fn retime_all(
    storage: &dyn Storage,
    tenant: &TenantId,
    now: DateTime<Utc>,
) -> Result<u64, StorageError> {
    let (mut retimed, mut after) = (0, None);
    loop {
        let step = storage.retime_step(tenant, after, now).await?;
        retimed += step.retimed;
        match step.more_after {
            Some(last) => after = Some(last),
            None => return Ok(retimed),
        }
    }
}
