//! The receipt of an erasure, as it is written.

use campanile_domain::{Act, ErasedCounts, ErasureReceipt};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The receipt of an erasure. It says nothing about the user; the entry `user.erase` of the audit log has the same `receipt`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ErasureReceipt)]
pub(super) struct ReceiptBody {
    /// Names the erasure, also in the audit log.
    receipt: Uuid,
    /// When the user was erased.
    erased_at: DateTime<Utc>,
    /// The request that erased them.
    request_id: Option<String>,
    erased: ErasedBody,
}

/// How much of each kind was removed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ErasedCounts)]
struct ErasedBody {
    /// 1 if a service had stored the user, else 0.
    users: u64,
    /// Notifications, deleted ones included.
    notifications: u64,
    /// Deliveries of these notifications, with all attempts.
    deliveries: u64,
    /// Dead letters.
    dead_letters: u64,
    /// Devices.
    devices: u64,
    /// Addresses in chat and phone services.
    addresses: u64,
    /// 1 if the user had chosen preferences, else 0.
    preferences: u64,
    /// Entries of the suppression list.
    suppressions: u64,
    /// Subscriptions to topics.
    topics: u64,
    /// Ingest addresses that notified the user.
    ingest_addresses: u64,
    /// Marks of debounce and throttle, and progress of merges.
    other: u64,
}

impl ReceiptBody {
    pub(super) fn of(receipt: &ErasureReceipt, act: &Act) -> Self {
        Self {
            receipt: receipt.id,
            erased_at: receipt.erased_at,
            request_id: act.request_id.clone(),
            erased: receipt.erased.into(),
        }
    }
}

impl From<ErasedCounts> for ErasedBody {
    fn from(erased: ErasedCounts) -> Self {
        Self {
            users: erased.users,
            notifications: erased.notifications,
            deliveries: erased.deliveries,
            dead_letters: erased.dead_letters,
            devices: erased.devices,
            addresses: erased.addresses,
            preferences: erased.preferences,
            suppressions: erased.suppressions,
            topics: erased.topics,
            ingest_addresses: erased.ingest_addresses,
            other: erased.other,
        }
    }
}
