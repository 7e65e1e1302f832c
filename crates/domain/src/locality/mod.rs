//! Languages and time zones by one spelling each, whatever the platform they come from writes.

mod locale;
mod timezone;

pub use locale::canonical_locale;
pub use timezone::canonical_timezone;
pub(crate) use timezone::zone_of;
