//! Choices as they are kept: JSON, read so that what a newer version added does no harm to this one.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Preferences, QuietHours, TenantPreferences};
use crate::{Debounce, NotificationType, RateRules, Throttle};

impl Preferences {
    /// The JSON that is kept.
    pub fn to_stored(&self) -> Value {
        let mut kept = Map::new();
        let mut keep = |name: &str, value: Option<Value>| {
            kept.extend(value.map(|value| (name.to_owned(), value)));
        };
        keep(
            "push_notifications",
            self.push_notifications.map(Value::Bool),
        );
        keep("push_while_active", self.push_while_active.map(Value::Bool));
        keep(
            "email_notifications",
            self.email_notifications.map(Value::Bool),
        );
        let types = &self.notification_types;
        keep(
            "notification_types",
            (!types.is_empty()).then(|| json!(types)),
        );
        let channels = &self.channels;
        keep("channels", (!channels.is_empty()).then(|| json!(channels)));
        let quiet = |hours: &QuietHours| {
            json!({
                "enabled": hours.enabled,
                "start_time": hours.start().to_string(),
                "end_time": hours.end().to_string(),
                "timezone": hours.timezone,
            })
        };
        keep("quiet_hours", self.quiet_hours.as_ref().map(quiet));
        Value::Object(kept)
    }

    /// Reads what was kept. What this version does not know of it counts as not chosen.
    pub fn from_stored(kept: &Value) -> Self {
        Self {
            push_notifications: kept["push_notifications"].as_bool(),
            push_while_active: kept["push_while_active"].as_bool(),
            email_notifications: kept["email_notifications"].as_bool(),
            notification_types: by_type(&kept["notification_types"], Value::as_bool),
            channels: by_type(&kept["channels"], |row| {
                Some(by_name(row, |name| name.parse().ok(), Value::as_bool))
            }),
            quiet_hours: quiet_hours(&kept["quiet_hours"]),
        }
    }
}

impl TenantPreferences {
    /// The JSON that is kept.
    pub fn to_stored(&self) -> Value {
        let mut kept = self.defaults.to_stored();
        if !self.mandatory_types.is_empty() {
            kept["mandatory_types"] = json!(self.mandatory_types);
        }
        let RateRules { debounce, throttle } = self.rate_rules;
        if let Some(rule) = debounce {
            kept["debounce"] = json!({"within_s": rule.within_s()});
        }
        if let Some(rule) = throttle {
            kept["throttle"] = json!({"burst": rule.burst(), "per_minute": rule.per_minute()});
        }
        kept
    }

    /// Reads what was kept. What this version does not know of it counts as not said.
    pub fn from_stored(kept: &Value) -> Self {
        let types = kept["mandatory_types"].as_array().into_iter().flatten();
        let known = |name: &Value| NotificationType::parse(name.as_str()?).ok();
        Self {
            defaults: Preferences::from_stored(kept),
            mandatory_types: types.filter_map(known).collect(),
            rate_rules: rate_rules(kept),
        }
    }
}

fn by_type<V>(kept: &Value, read: impl Fn(&Value) -> Option<V>) -> BTreeMap<NotificationType, V> {
    by_name(kept, |name| NotificationType::parse(name).ok(), read)
}

fn by_name<K: Ord, V>(
    kept: &Value,
    name: impl Fn(&str) -> Option<K>,
    read: impl Fn(&Value) -> Option<V>,
) -> BTreeMap<K, V> {
    let entries = kept.as_object().into_iter().flatten();
    let known = |(key, value): (&String, &Value)| Some((name(key)?, read(value)?));
    entries.filter_map(known).collect()
}

fn rate_rules(kept: &Value) -> RateRules {
    let number = |of: &Value, name: &str| u32::try_from(of[name].as_u64()?).ok();
    let debounce = |of: &Value| Debounce::new(number(of, "within_s")?).ok();
    let throttle = |of: &Value| Throttle::new(number(of, "burst")?, number(of, "per_minute")?).ok();
    RateRules {
        debounce: debounce(&kept["debounce"]),
        throttle: throttle(&kept["throttle"]),
    }
}

fn quiet_hours(kept: &Value) -> Option<QuietHours> {
    let time = |name: &str| kept[name].as_str()?.parse().ok();
    let zone = kept["timezone"].as_str().map(str::to_owned);
    let (start, end) = (time("start_time")?, time("end_time")?);
    QuietHours::new(kept["enabled"].as_bool()?, start, end, zone).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Channel;

    #[test]
    fn what_is_kept_comes_back() {
        let kept = json!({
            "push_notifications": false, "push_while_active": false, "email_notifications": true,
            "notification_types": {"friend_request": false, "new_message": true},
            "channels": {"new_message": {"email": false, "push": true}},
            "quiet_hours": {"enabled": true, "start_time": "22:00", "end_time": "08:00",
                "timezone": "Europe/Berlin"},
            "mandatory_types": ["security_alert"],
            "debounce": {"within_s": 900}, "throttle": {"burst": 100, "per_minute": 10},
        });
        let read = TenantPreferences::from_stored(&kept);
        assert_eq!(read.to_stored(), kept);
        assert_eq!(read.defaults.push_notifications, Some(false));
        let nothing = Preferences::default();
        assert_eq!(nothing.to_stored(), json!({}));
        assert_eq!(Preferences::from_stored(&json!({})), nothing);
    }

    #[test]
    fn what_a_newer_version_wrote_is_passed_over() {
        let kept = json!({
            "push_notifications": "rarely", "mood": "calm", "quiet_hours": {"enabled": "often"},
            "notification_types": {"Not A Type": true, "new_message": false},
            "channels": {"new_message": {"pigeon": true, "sms": false, "push": false}},
        });
        let tenants = TenantPreferences::from_stored(&json!({
            "debounce": {"within_s": -1}, "throttle": {"burst": 1, "per_hour": 1},
        }));
        assert_eq!(tenants, TenantPreferences::default());
        let read = Preferences::from_stored(&kept);
        assert_eq!(read.push_notifications, None);
        assert_eq!(read.quiet_hours, None);
        assert_eq!(read.notification_types.len(), 1);
        let row = read.channels.values().next().expect("a row");
        assert_eq!(row.iter().collect::<Vec<_>>(), [(&Channel::Push, &false)]);
        for odd in [
            json!(null),
            json!([1]),
            json!("x"),
            json!({"channels": [1]}),
        ] {
            assert_eq!(
                Preferences::from_stored(&odd),
                Preferences::default(),
                "{odd}"
            );
        }
    }
}
