//! Debounce and throttle as a tenant writes them, and as they are shown.

use campanile_domain::{Debounce, Throttle};
use campanile_fields::kinds::{Whole, required, whole};
use campanile_fields::{FieldCode, Fields, request_body};

request_body! {
    /// Suppresses a notification that repeats one the user received recently.
    pub struct DebounceFields as Debounce {
        /// Length of the interval in seconds.
        #[example(900)]
        within_s: u32 = required(number(Debounce::MAX_WITHIN_S)),
    }
}

request_body! {
    /// A token bucket per user and notification type.
    pub struct ThrottleFields as Throttle {
        /// Capacity of the bucket: notifications at once.
        #[example(100)]
        burst: u32 = required(number(Throttle::MAX)),
        /// Notifications added to the bucket each minute.
        #[example(10)]
        per_minute: u32 = required(number(Throttle::MAX)),
    }
}

const fn number(max: u32) -> Whole {
    whole(1..=max).fraction(FieldCode::WrongType)
}

/// The rule, where nothing in it is wrong.
pub(super) fn debounce(read: DebounceFields, _fields: &mut Fields<'_>) -> Option<Debounce> {
    Debounce::new(read.within_s?).ok()
}

/// The rule, where nothing in it is wrong.
pub(super) fn throttle(read: ThrottleFields, _fields: &mut Fields<'_>) -> Option<Throttle> {
    Throttle::new(read.burst?, read.per_minute?).ok()
}
