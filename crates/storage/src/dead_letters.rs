//! Deliveries that ran out of attempts or cannot succeed, and messages of the queue that no worker
//! could read: kept until replayed or purged.

use async_trait::async_trait;
use campanile_domain::{Channel, DeliveryId, Lane, NotificationId, TenantId, UserId};
use chrono::{DateTime, Utc};

use crate::StorageError;

/// The code of a message that no worker could read.
pub const UNREADABLE_MESSAGE: &str = "unreadable_message";

/// A delivery that died, or a message of the queue that no worker could read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The delivery's id; of a message, one that stands for it.
    pub id: DeliveryId,
    /// What was to be delivered; `None` for a message, which did not say.
    pub notification_id: Option<NotificationId>,
    /// To whom; `None` for a message.
    pub user_id: Option<UserId>,
    /// The channel; `None` for a message of unknown origin.
    pub channel: Option<Channel>,
    /// The provider's own code of the last attempt, or the reason where there was none;
    /// [`UNREADABLE_MESSAGE`] for a message.
    pub code: String,
    /// One readable sentence.
    pub detail: String,
    /// Number of attempts.
    pub attempts: u32,
    /// When it died.
    pub died_at: DateTime<Utc>,
}

/// A message of the queue that no worker could read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuriedMessage {
    /// What stands for it: the same whenever the same message is buried.
    pub id: DeliveryId,
    /// Whose list it goes on.
    pub tenant: TenantId,
    /// Through which channel it went, if that is known.
    pub channel: Option<Channel>,
    /// In which lane.
    pub lane: Lane,
    /// One readable sentence, with nothing of what it said.
    pub detail: String,
    /// When it died.
    pub died_at: DateTime<Utc>,
}

/// Which of a tenant's dead letters; empty means all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeadLetterFilter {
    /// Only these.
    pub ids: Option<Vec<DeliveryId>>,
    /// Only deliveries of this channel.
    pub channel: Option<Channel>,
    /// Only with this code.
    pub code: Option<String>,
    /// Only deliveries that died at or after this time.
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
    /// Number of dead letters that match, over all pages.
    pub total: u64,
    /// Whether older notifications follow.
    pub has_more: bool,
}

/// Keeps dead letters. A delivery becomes one when `pipeline::record` makes it dead; `pipeline::replay_dead_letters`
/// delivers it again, and `pipeline::purge_dead_letters` removes it.
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

    /// Puts messages on the lists of their tenants; one that is there already stays as it is. Says
    /// how many were not.
    ///
    /// # Errors
    /// Nothing is changed.
    async fn bury_messages(&self, messages: &[BuriedMessage]) -> Result<u64, StorageError>;
}
