//! Topics: who is subscribed to what.

use async_trait::async_trait;
use campanile_domain::{TenantId, TopicKey, UserId};
use chrono::{DateTime, Utc};

use crate::StorageError;

/// Something that users subscribe to. It is there since its first subscriber and stays when the last
/// one has gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its name.
    pub key: TopicKey,
    /// Number of subscribers.
    pub subscribers: u64,
    /// When the topic was created.
    pub created_at: DateTime<Utc>,
    /// When users were last subscribed or unsubscribed.
    pub updated_at: DateTime<Utc>,
}

/// Stores topics and their subscribers. Each write keeps the number of subscribers exact, so that no reader has to
/// count them.
#[async_trait]
pub trait Topics: Send + Sync {
    /// Subscribes users, and makes the topic if there is none; who is subscribed already stays so. Gives
    /// the number of subscribers afterwards.
    ///
    /// # Errors
    /// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
    async fn subscribe(
        &self,
        tenant: &TenantId,
        topic: &TopicKey,
        users: &[UserId],
        now: DateTime<Utc>,
    ) -> Result<u64, StorageError>;

    /// Unsubscribes users; who is not subscribed stays so. Gives the number of subscribers afterwards;
    /// `None` if there is no such topic.
    ///
    /// # Errors
    /// As [`Topics::subscribe`].
    async fn unsubscribe(
        &self,
        tenant: &TenantId,
        topic: &TopicKey,
        users: &[UserId],
        now: DateTime<Utc>,
    ) -> Result<Option<u64>, StorageError>;

    /// One topic.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn topic(
        &self,
        tenant: &TenantId,
        topic: &TopicKey,
    ) -> Result<Option<Topic>, StorageError>;

    /// Up to `limit` subscribers after this one, by the bytes of their names.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn subscribers(
        &self,
        tenant: &TenantId,
        topic: &TopicKey,
        after: Option<&UserId>,
        limit: u32,
    ) -> Result<Vec<UserId>, StorageError>;
}
