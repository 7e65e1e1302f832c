//! Preferences: which types users receive, through which channels and when. Choices of users override defaults of
//! their tenant.

mod choices;
mod effective_preferences;
mod quiet_hours;
mod stored;
mod wall_time;

pub use choices::{Preferences, TenantPreferences};
pub use effective_preferences::{
    CHANNEL_OFF, EffectivePreferences, QUIET_HOURS, TYPE_CHANNEL_OFF, TYPE_OFF, USER_IS_ACTIVE,
};
pub use quiet_hours::QuietHours;
pub use wall_time::WallTime;
