//! What plans leave for later plans: marks of debounce and throttle.
//!
//! Plans read, lock and write marks in their own transaction (`plan_turn` of the crate `pipeline`), so that deliveries
//! and their marks are stored together. What is left is to remove them.

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::StorageError;

/// Marks that one statement removes.
pub const EXPIRED_AT_ONCE: usize = 5_000;

/// Removes marks that say nothing any more.
#[async_trait]
pub trait PlanMarks: Send + Sync {
    /// Removes marks that say nothing any more, of all tenants, [`EXPIRED_AT_ONCE`] at a time; says how
    /// many. Those that a plan has locked are left for the next time.
    ///
    /// # Errors
    /// What was removed so far is gone.
    async fn expire_plan_marks(&self, now: DateTime<Utc>) -> Result<u64, StorageError>;
}
