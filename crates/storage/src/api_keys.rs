//! API keys. The text of a key is stored nowhere; its hash is.

use async_trait::async_trait;
use campanile_domain::{ApiKey, ApiKeyId, KeyHash, TenantId};
use chrono::{DateTime, Utc};

use crate::StorageError;

/// What came of storing a new key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutApiKey {
    /// It is stored.
    Stored,
    /// The tenant has as many keys that can be used as it may have.
    TooMany,
    /// The key that it takes over from cannot be used any more, or never was.
    Ended,
}

/// The end of a key that another one takes over from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Handover {
    /// The key that is replaced.
    pub from: ApiKeyId,
    /// When it ends; one that ends earlier by itself does so.
    pub ends_at: DateTime<Utc>,
}

impl Handover {
    /// How many keys that can be used a tenant may have when another one is stored: twice as many if that takes over from one,
    /// so that keys can still be rotated at the bound.
    pub fn most_keys(handover: Option<&Self>, most: u32) -> u64 {
        let most = u64::from(most);
        match handover {
            Some(_) => 2 * most,
            None => most,
        }
    }
}

/// Keeps API keys.
#[async_trait]
pub trait ApiKeys: Send + Sync {
    /// Stores a key, unless the tenant has `most` keys or more that can be used at its `created_at`. With a
    /// [`Handover`] the other key is given its end in the same transaction, and the bound is twice as high: at the bound
    /// keys can still be rotated. Of the tenant's keys that cannot be used any more, the newest
    /// [`ApiKey::MOST_ENDED`] stay.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_api_key(
        &self,
        key: &ApiKey,
        hash: &KeyHash,
        most: u32,
        handover: Option<Handover>,
    ) -> Result<PutApiKey, StorageError>;

    /// A tenant's keys, newest first, those after `after` in this order.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn api_keys(
        &self,
        tenant: &TenantId,
        after: Option<ApiKeyId>,
        limit: u32,
    ) -> Result<Vec<ApiKey>, StorageError>;

    /// One key of a tenant.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn api_key(
        &self,
        tenant: &TenantId,
        id: ApiKeyId,
    ) -> Result<Option<ApiKey>, StorageError>;

    /// How many keys of a tenant can be used at this moment.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn active_api_keys(
        &self,
        tenant: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<u64, StorageError>;

    /// Revokes a key; one that is revoked stays so since then. `false`: the tenant has no such key.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn revoke_api_key(
        &self,
        tenant: &TenantId,
        id: ApiKeyId,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError>;

    /// Keys of any tenants with these ids; those that do not exist are left out. Only to find whose a credential is.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn api_keys_by_id(
        &self,
        ids: &[ApiKeyId],
    ) -> Result<Vec<(ApiKey, KeyHash)>, StorageError>;

    /// Notes when keys were used last; what is noted already is only made later.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn note_api_keys_used(
        &self,
        used: &[(TenantId, ApiKeyId, DateTime<Utc>)],
    ) -> Result<(), StorageError>;
}
