//! One server with several uses: its outage is logged once.

use campanile_telemetry::Outage;

/// Cache, limits and bus report the results of their calls.
pub(crate) static REDIS: Outage = Outage::of(
    "Redis",
    "inboxes are read from the database, rate limits apply per process, relays poll the database",
);
