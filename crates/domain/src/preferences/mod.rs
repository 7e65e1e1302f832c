//! What people want to hear, by which way and when: choices of users over defaults of their tenant.

mod choices;
mod quiet_hours;
mod stored;
mod wall_time;
mod wishes;

pub use choices::{Preferences, TenantPreferences};
pub use quiet_hours::QuietHours;
pub use wall_time::WallTime;
pub use wishes::{CHANNEL_OFF, QUIET_HOURS, TYPE_CHANNEL_OFF, TYPE_OFF, Wishes};
