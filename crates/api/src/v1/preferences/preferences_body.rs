//! Preferences as they are shown.

use std::collections::{BTreeMap, BTreeSet};

use campanile_domain::{
    Channel, EffectivePreferences, NotificationType, Preferences, QuietHours, RateRules,
    TenantPreferences,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::rate_rules::{DebounceFields, ThrottleFields};

/// Effective preferences: the user's choices with the tenant's defaults for the rest, or the tenant's defaults alone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Preferences)]
pub struct PreferencesBody {
    /// Whether pushes are on.
    push_notifications: bool,
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

impl From<&EffectivePreferences> for PreferencesBody {
    /// What holds for a user.
    fn from(preferences: &EffectivePreferences) -> Self {
        let mandatory = preferences.mandatory_types().cloned();
        let mandatory = mandatory.unwrap_or_default();
        Self::new(preferences.effective(), mandatory, preferences.rate_rules())
    }
}

impl From<TenantPreferences> for PreferencesBody {
    /// What holds for users who have not chosen.
    fn from(set: TenantPreferences) -> Self {
        Self::new(set.defaults, set.mandatory_types, set.rate_rules)
    }
}

impl PreferencesBody {
    fn new(
        choices: Preferences,
        mandatory_types: BTreeSet<NotificationType>,
        rate_rules: RateRules,
    ) -> Self {
        Self {
            push_notifications: choices.push_notifications.unwrap_or(true),
            email_notifications: choices.email_notifications.unwrap_or(true),
            notification_types: choices.notification_types,
            channels: choices.channels,
            quiet_hours: choices.quiet_hours.unwrap_or_else(QuietHours::off).into(),
            mandatory_types,
            debounce: rate_rules.debounce.map(|rule| DebounceBody {
                within_s: rule.within_s(),
            }),
            throttle: rate_rules.throttle.map(|rule| ThrottleBody {
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
