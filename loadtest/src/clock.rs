//! What experiments ask the system for: times that two processes on one machine can compare, and names that
//! no other run has.

#![expect(
    clippy::disallowed_methods,
    reason = "experiments measure by the machine's clock"
)]

use uuid::Uuid;

pub(crate) use campanile_fakes::now_us;

/// An id that no other run has.
pub(crate) fn unique() -> Uuid {
    Uuid::new_v4()
}
