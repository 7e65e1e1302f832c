//! Accounts whose receiver wants no more calls.

use async_trait::async_trait;
use campanile_domain::{Channel, TenantId};
use chrono::{DateTime, Utc};

use crate::StorageError;

/// An account that is not called until it is resumed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountPause {
    /// Whose.
    pub tenant: TenantId,
    /// Its name among the tenant's.
    pub name: String,
    /// The channel that it serves.
    pub channel: Channel,
    /// Which version of it: one that was set since then is not paused.
    pub version: String,
    /// What its receiver answered, e.g. `410`.
    pub code: String,
    /// When it answered so.
    pub paused_at: DateTime<Utc>,
}

/// Keeps which accounts are paused. They are resumed in transactions ([`crate::OperatorRows`]).
#[async_trait]
pub trait AccountPauses: Send + Sync {
    /// Pauses an account; takes the place of an earlier pause under its name.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn pause_account(&self, pause: &AccountPause) -> Result<(), StorageError>;

    /// What is paused, of one tenant or of all, by tenant, name and channel.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn account_pauses(
        &self,
        tenant: Option<&TenantId>,
    ) -> Result<Vec<AccountPause>, StorageError>;
}
