//! Deliveries that ran out of attempts or cannot succeed: kept until replayed or purged.

use async_trait::async_trait;
use campanile_domain::{Channel, DeliveryId, NotificationId, TenantId, UserId};
use chrono::{DateTime, Utc};

use crate::StorageError;

/// A delivery that died.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The delivery's id.
    pub id: DeliveryId,
    /// What was to be delivered.
    pub notification_id: NotificationId,
    /// To whom.
    pub user_id: UserId,
    /// Through which channel.
    pub channel: Channel,
    /// The provider's own code of the last attempt, or the reason where there was none.
    pub code: String,
    /// One readable sentence.
    pub detail: String,
    /// How many attempts there were.
    pub attempts: u32,
    /// When it died.
    pub died_at: DateTime<Utc>,
}

/// Which of a tenant's dead letters; empty means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeadLetterFilter {
    /// Only these.
    pub ids: Option<Vec<DeliveryId>>,
    /// Only of this channel.
    pub channel: Option<Channel>,
    /// Only with this code.
    pub code: Option<String>,
    /// Died at or after.
    pub from: Option<DateTime<Utc>>,
    /// Died before.
    pub to: Option<DateTime<Utc>>,
}

/// Where a page begins: after this one.
pub type DeadLetterCursor = (DateTime<Utc>, DeliveryId);

/// A page, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetterPage {
    /// Its lines.
    pub items: Vec<DeadLetter>,
    /// All that match, on every page.
    pub total: u64,
    /// Whether older ones follow.
    pub has_more: bool,
}

/// Keeps dead letters. A delivery becomes one when [`crate::Dispatches::record`] makes it dead.
#[async_trait]
pub trait DeadLetters: Send + Sync {
    /// A page of a tenant's dead letters.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn dead_letters(
        &self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        after: Option<DeadLetterCursor>,
        limit: u32,
    ) -> Result<DeadLetterPage, StorageError>;

    /// Makes up to `limit` of them deliveries again, the oldest first: due now, with the whole
    /// ladder before them, their earlier attempts still told. Says how many; fewer than `limit`
    /// means that none is left. One whose notification was erased is only removed, and counts.
    ///
    /// # Errors
    /// Nothing is changed.
    async fn replay_dead_letters(
        &self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<u64, StorageError>;

    /// Removes up to `limit` of them for good, the oldest first; their deliveries stay `dead` in
    /// the timeline. Says how many.
    ///
    /// # Errors
    /// Nothing is changed.
    async fn purge_dead_letters(
        &self,
        tenant: &TenantId,
        filter: &DeadLetterFilter,
        limit: u32,
    ) -> Result<u64, StorageError>;
}
