//! What is remembered for a time as a hash: it is looked up by who knows what it is about.

use async_trait::async_trait;
use campanile_domain::{Remembered, RememberedKey, TenantId};
use chrono::{DateTime, Utc};

use crate::StorageError;

/// Operations on what is remembered.
#[async_trait]
pub trait RememberedRows: Send {
    /// Remembers something; what is there already gets the later moments. `true`: it was not there. Of two transactions at
    /// once one is told so.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn remember(
        &mut self,
        tenant: &TenantId,
        what: &Remembered,
    ) -> Result<bool, StorageError>;

    /// When it happened, if it is remembered.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn remembered(
        &mut self,
        tenant: &TenantId,
        key: &RememberedKey,
    ) -> Result<Option<DateTime<Utc>>, StorageError>;
}
