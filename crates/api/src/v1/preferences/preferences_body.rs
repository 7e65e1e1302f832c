//! Preferences as they are shown.

use std::collections::{BTreeMap, BTreeSet};

use campanile_domain::{
    Channel, EffectivePreferences, NotificationType, Preferences, QuietHours, RateRules,
    TenantPreferences,
};
use serde::Serialize;
use utoipa::ToSchema;

/// What holds: a user's choices over the tenant's, or the tenant's alone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Preferences)]
pub struct PreferencesBody {
    /// Whether pushes are wanted at all.
    push_notifications: bool,
    /// Whether mails are wanted at all.
    email_notifications: bool,
    /// Types that are switched; all others are wanted.
    #[schema(value_type = BTreeMap<String, bool>, example = json!({"friend_request": false}))]
    notification_types: BTreeMap<NotificationType, bool>,
    /// Channels that are switched for a type; all others are wanted.
    #[schema(value_type = BTreeMap<String, BTreeMap<String, bool>>, example = json!({"new_message": {"email": false}}))]
    channels: BTreeMap<NotificationType, BTreeMap<Channel, bool>>,
    quiet_hours: QuietHoursBody,
    /// Types about which users' switches do not count.
    #[schema(value_type = Vec<String>, example = json!(["security_alert"]))]
    mandatory_types: BTreeSet<NotificationType>,
    /// What the tenant holds back because an equal one went out shortly before; `null` is off.
    debounce: Option<DebounceBody>,
    /// How many of a type the tenant lets a user have; `null` is off.
    throttle: Option<ThrottleBody>,
}

/// Holds back notifications equal to one that the user was told of shortly before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Debounce)]
pub(super) struct DebounceBody {
    /// So many seconds.
    #[schema(minimum = 1, maximum = 86_400, example = 900)]
    within_s: u32,
}

/// A token bucket for each user and type.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Throttle)]
pub(super) struct ThrottleBody {
    /// So many at once.
    #[schema(minimum = 1, maximum = 10_000, example = 100)]
    burst: u32,
    /// So many more each minute.
    #[schema(minimum = 1, maximum = 10_000, example = 10)]
    per_minute: u32,
}

/// When a person is not to be disturbed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = QuietHours)]
struct QuietHoursBody {
    enabled: bool,
    /// When it becomes quiet.
    #[schema(example = "22:00")]
    start_time: String,
    /// When it is quiet no more; the earlier of the two is past midnight.
    #[schema(example = "08:00")]
    end_time: String,
    /// The IANA zone in which both are read; of a tenant's, `null` where it names none.
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
