//! What experiments ask the system for: times that two processes on one machine can compare, and names that
//! no other run has.

#![expect(
    clippy::disallowed_methods,
    reason = "experiments measure by the machine's clock"
)]

use std::time::{SystemTime, UNIX_EPOCH};

use uuid::Uuid;

/// Microseconds since 1970.
pub(crate) fn now_us() -> u64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

/// An id that no other run has.
pub(crate) fn unique() -> Uuid {
    Uuid::new_v4()
}
