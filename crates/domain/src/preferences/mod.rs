//! What people want to hear, by which way and when: choices of users over defaults of their tenant.

mod choices;
mod effective_preferences;
mod quiet_hours;
mod stored;
mod wall_time;

pub use choices::{Preferences, TenantPreferences};
pub use effective_preferences::{
    CHANNEL_OFF, EffectivePreferences, QUIET_HOURS, TYPE_CHANNEL_OFF, TYPE_OFF,
};
pub use quiet_hours::QuietHours;
pub use wall_time::WallTime;
