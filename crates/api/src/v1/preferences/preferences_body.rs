//! Preferences as they are shown.

use std::collections::{BTreeMap, BTreeSet};

use campanile_app::preferences::{DebounceFields, InForce, ThrottleFields};
use campanile_domain::{Channel, NotificationType, QuietHours};
use serde::Serialize;
use utoipa::ToSchema;

/// Effective preferences: the user's choices with the tenant's defaults for the rest, or the tenant's defaults alone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Preferences)]
pub(in crate::v1) struct PreferencesBody {
    /// Whether pushes are on.
    push_notifications: bool,
    /// Whether pushes are sent while a live stream of the user is open.
    push_while_active: bool,
    /// Whether emails are on.
    email_notifications: bool,
    /// Types switched on or off. All others are on.
    #[schema(value_type = BTreeMap<String, bool>, example = json!({"friend_request": false}))]
    notification_types: BTreeMap<NotificationType, bool>,
    /// Channels switched on or off for a type. All others are on.
    #[schema(value_type = BTreeMap<String, BTreeMap<String, bool>>, example = json!({"new_message": {"email": false}}))]
    channels: BTreeMap<NotificationType, BTreeMap<Channel, bool>>,
    quiet_hours: QuietHoursBody,
    /// Types that users cannot switch off.
    #[schema(value_type = Vec<String>, example = json!(["security_alert"]))]
    mandatory_types: BTreeSet<NotificationType>,
    /// The tenant's debounce rule; `null` if it is off.
    #[schema(value_type = Option<DebounceFields>)]
    debounce: Option<DebounceBody>,
    /// The tenant's throttle rule; `null` if it is off.
    #[schema(value_type = Option<ThrottleFields>)]
    throttle: Option<ThrottleBody>,
}

#[derive(Debug, Serialize)]
struct DebounceBody {
    within_s: u32,
}

#[derive(Debug, Serialize)]
struct ThrottleBody {
    burst: u32,
    per_minute: u32,
}

/// A user's quiet hours.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuietHours)]
struct QuietHoursBody {
    enabled: bool,
    /// Start of the quiet hours.
    #[schema(example = "22:00")]
    start_time: String,
    /// End of the quiet hours. If it is earlier than `start_time`, they end on the next day.
    #[schema(example = "08:00")]
    end_time: String,
    /// IANA time zone of both times. `null` if the tenant's default names none.
    #[schema(example = "Europe/Berlin")]
    timezone: Option<String>,
}

impl From<InForce> for PreferencesBody {
    fn from(holds: InForce) -> Self {
        Self {
            push_notifications: holds.push_notifications,
            push_while_active: holds.push_while_active,
            email_notifications: holds.email_notifications,
            notification_types: holds.notification_types,
            channels: holds.channels,
            quiet_hours: holds.quiet_hours.into(),
            mandatory_types: holds.mandatory_types,
            debounce: holds.rate_rules.debounce.map(|rule| DebounceBody {
                within_s: rule.within_s(),
            }),
            throttle: holds.rate_rules.throttle.map(|rule| ThrottleBody {
                burst: rule.burst(),
                per_minute: rule.per_minute(),
            }),
        }
    }
}

impl From<QuietHours> for QuietHoursBody {
    fn from(hours: QuietHours) -> Self {
        Self {
            enabled: hours.enabled,
            start_time: hours.start().to_string(),
            end_time: hours.end().to_string(),
            timezone: hours.timezone,
        }
    }
}
