//! How much a tenant may take, where the operator of the installation has set it.

use crate::Rate;

impl TenantLimits {
    /// As many recipients a request of any tenant may name; more take a topic.
    pub const MOST_RECIPIENTS: u32 = 1_000;
    /// The largest limit of what may wait to be delivered.
    pub const MOST_QUEUED: u32 = 1_000_000;
    /// The largest limit of notifications that may be stored.
    pub const MOST_NOTIFICATIONS: u32 = 100_000_000;
}

/// The limits of a tenant; `None`: the default of the installation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TenantLimits {
    /// Requests, of all kinds together.
    pub requests: Option<Rate>,
    /// Requests of its services that send.
    pub sends: Option<Rate>,
    /// Open streams on each server.
    pub streams: Option<u32>,
    /// Notification types with templates or a schema.
    pub types: Option<u32>,
    /// Recipients of one request.
    pub recipients: Option<u32>,
    /// What waits to be planned, sent or retried. `None`: no limit.
    pub queued: Option<u32>,
    /// Notifications that are stored. `None`: no limit.
    pub notifications: Option<u32>,
}
