//! The receipt of an erasure: what was removed of a user, without saying anything about them.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

/// How much of each kind was removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct ErasedCounts {
    /// 1 if a service had stored the user, else 0.
    pub users: u64,
    /// Notifications.
    pub notifications: u64,
    /// Their deliveries, with all attempts.
    pub deliveries: u64,
    /// Entries of the list of dead letters.
    pub dead_letters: u64,
    /// Devices.
    pub devices: u64,
    /// Addresses in chat and phone services.
    pub addresses: u64,
    /// 1 if the user had chosen preferences, else 0.
    pub preferences: u64,
    /// Entries of the suppression list.
    pub suppressions: u64,
    /// Subscriptions to topics.
    pub topics: u64,
    /// Ingest addresses that notified the user.
    pub ingest_addresses: u64,
    /// Marks of debounce and throttle, and rows of merges.
    pub other: u64,
}

impl ErasedCounts {
    /// Whether there was nothing of the user.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// A receipt. The audit log holds the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasureReceipt {
    /// Names the erasure, also in the audit log.
    pub id: Uuid,
    /// When.
    pub erased_at: DateTime<Utc>,
    /// What was removed.
    pub erased: ErasedCounts,
}
