//! Locales and time zones in one spelling each, whatever the notation of the platform.

mod locale;
mod timezone;

pub use locale::canonical_locale;
pub use timezone::canonical_timezone;
pub(crate) use timezone::zone_of;
