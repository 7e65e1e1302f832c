//! Preferences: what users want to hear, and what holds for those who have not chosen.

mod in_force;
mod next_delivery;
mod quiet_hours;
mod rate_rules;
mod read;
mod request_body;
mod switches;
mod write;

pub use campanile_pipeline::preferences_of;
pub use in_force::InForce;
pub use next_delivery::{NextDelivery, Question, next_delivery};
pub use rate_rules::{DebounceFields, ThrottleFields};
pub use read::{read_choices, read_defaults};
pub use request_body::PreferencesRequest;
pub use write::{choose, reschedule, set_defaults};
