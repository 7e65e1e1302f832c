//! Preferences: what users want to hear, and what holds for those who have not chosen.

mod defaults;
mod in_force;
mod next_delivery;
mod own;
mod quiet_hours;
mod rate_rules;
mod read;
mod request_body;
mod switches;

pub use campanile_pipeline::preferences_of;
pub use defaults::{reschedule, set_defaults};
pub use in_force::InForce;
pub use next_delivery::{NextDelivery, Question, next_delivery};
pub use own::choose;
pub use rate_rules::{DebounceFields, ThrottleFields};
pub use read::{read_choices, read_defaults};
pub use request_body::PreferencesRequest;
