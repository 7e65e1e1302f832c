//! Topics and their subscribers.

use campanile_domain::{Clock, TenantId, TopicKey, UserId};
use campanile_storage::{Storage, StorageError};

/// A page of a topic's subscribers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriberPage {
    /// The users, in the byte order of their ids.
    pub users: Vec<UserId>,
    /// How many subscribers the topic has, over all pages.
    pub subscribers: u64,
    /// Whether others follow the last user.
    pub has_more: bool,
}

/// Subscribes users; the topic is created with its first subscribers. Gives the number of subscribers afterwards.
///
/// # Errors
/// [`StorageError`].
pub async fn subscribe(
    storage: &dyn Storage,
    clock: &dyn Clock,
    tenant: &TenantId,
    topic: &TopicKey,
    users: &[UserId],
) -> Result<u64, StorageError> {
    storage.subscribe(tenant, topic, users, clock.now()).await
}

/// Unsubscribes users. Gives the number of subscribers afterwards; `None` if there is no such topic.
///
/// # Errors
/// [`StorageError`].
pub async fn unsubscribe(
    storage: &dyn Storage,
    clock: &dyn Clock,
    tenant: &TenantId,
    topic: &TopicKey,
    users: &[UserId],
) -> Result<Option<u64>, StorageError> {
    storage.unsubscribe(tenant, topic, users, clock.now()).await
}

/// A page of at most `limit` subscribers after `after`; `None` if there is no such topic.
///
/// # Errors
/// [`StorageError`].
pub async fn subscribers(
    storage: &dyn Storage,
    tenant: &TenantId,
    topic: &TopicKey,
    after: Option<&UserId>,
    limit: u32,
) -> Result<Option<SubscriberPage>, StorageError> {
    let Some(found) = storage.topic(tenant, topic).await? else {
        return Ok(None);
    };
    // One more than the page holds shows whether another follows.
    let page = storage.subscribers(tenant, topic, after, limit + 1);
    let mut users = page.await?;
    let has_more = users.len() > limit as usize;
    users.truncate(limit as usize);
    Ok(Some(SubscriberPage {
        users,
        subscribers: found.subscribers,
        has_more,
    }))
}
