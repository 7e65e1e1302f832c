//! A tenant's preferences as `--format json` prints them: `campanile tenant preferences set` takes them
//! back.

use std::collections::{BTreeMap, BTreeSet};

use campanile_app::preferences::InForce;
use campanile_domain::{Channel, NotificationType};
use serde::Serialize;

/// The same names as the API's, for scripts that use both; `tests/it/same_json.rs` compares them.
#[derive(Serialize)]
pub(super) struct PreferencesJson {
    push_notifications: bool,
    push_while_active: bool,
    email_notifications: bool,
    notification_types: BTreeMap<NotificationType, bool>,
    channels: BTreeMap<NotificationType, BTreeMap<Channel, bool>>,
    quiet_hours: QuietHoursJson,
    mandatory_types: BTreeSet<NotificationType>,
    debounce: Option<DebounceJson>,
    throttle: Option<ThrottleJson>,
}

#[derive(Serialize)]
struct QuietHoursJson {
    enabled: bool,
    start_time: String,
    end_time: String,
    timezone: Option<String>,
}

#[derive(Serialize)]
struct DebounceJson {
    within_s: u32,
}

#[derive(Serialize)]
struct ThrottleJson {
    burst: u32,
    per_minute: u32,
}

impl From<InForce> for PreferencesJson {
    fn from(holds: InForce) -> Self {
        let hours = holds.quiet_hours;
        Self {
            push_notifications: holds.push_notifications,
            push_while_active: holds.push_while_active,
            email_notifications: holds.email_notifications,
            notification_types: holds.notification_types,
            channels: holds.channels,
            quiet_hours: QuietHoursJson {
                enabled: hours.enabled,
                start_time: hours.start().to_string(),
                end_time: hours.end().to_string(),
                timezone: hours.timezone,
            },
            mandatory_types: holds.mandatory_types,
            debounce: holds.rate_rules.debounce.map(|rule| DebounceJson {
                within_s: rule.within_s(),
            }),
            throttle: holds.rate_rules.throttle.map(|rule| ThrottleJson {
                burst: rule.burst(),
                per_minute: rule.per_minute(),
            }),
        }
    }
}
