//! Locales and time zones in one spelling each, whatever the notation of the platform.

mod locale;
mod timezone;

pub use locale::canonical_locale;
pub(crate) use timezone::zone_of;
pub use timezone::{canonical_timezone, local_time};
