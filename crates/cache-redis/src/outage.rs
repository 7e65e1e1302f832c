//! What keeps Redis from being used. One server has several uses, so its outage is logged once.

use campanile_telemetry::Outage;

/// Cache, limits and bus report the results of their calls.
pub(crate) static REDIS: Outage = Outage::of(
    "Redis",
    "inboxes are read from the database, rate limits apply per process, relays poll the database",
);

/// The address will not do. It is not shown, because it may carry a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid URL; expected redis://host:port/database or rediss://…")]
pub struct RedisBusError;
