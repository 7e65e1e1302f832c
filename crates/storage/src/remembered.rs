//! What is remembered for a time as a hash.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::StorageError;

/// Forgets what has expired.
#[async_trait]
pub trait Remembering: Send + Sync {
    /// Removes what has expired, of all tenants; says how many rows.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn expire_remembered(&self, now: DateTime<Utc>) -> Result<u64, StorageError>;
}
