//! One server, whatever it is asked for: what is wrong with it is told once.

use campanile_telemetry::Outage;

/// Cache, limits and bus tell it how they fare.
pub(crate) static REDIS: Outage = Outage::of(
    "Redis",
    "inboxes are read from the database, rate limits apply per process, relays poll the database",
);
