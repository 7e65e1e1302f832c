//! What the client asks the system for: the time of day and chance. All of it is asked for here.
//!
//! A client is a library in its user's process: it has no clock but the machine's. Pauses and time-outs are measured by
//! Tokio's clock, which tests can move.

#![expect(
    clippy::disallowed_methods,
    reason = "the only place that asks the system"
)]

use std::time::SystemTime;

use uuid::Uuid;

/// The time of day.
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

/// A text that no other call bears.
pub(crate) fn unique() -> String {
    Uuid::now_v7().to_string()
}

/// From 0 to 1; a UUID is the only randomness that we depend on.
pub(crate) fn fraction() -> f64 {
    f64::from(Uuid::new_v4().as_fields().0) / f64::from(u32::MAX)
}
