//! The preferences that hold, with nothing left open.

use std::collections::{BTreeMap, BTreeSet};

use campanile_domain::{
    Channel, EffectivePreferences, NotificationType, Preferences, QuietHours, RateRules,
    TenantPreferences,
};

/// What holds: a user's choices over the tenant's, or the tenant's alone.
#[derive(Debug, Clone, PartialEq)]
pub struct InForce {
    /// Whether pushes are wanted at all.
    pub push_notifications: bool,
    /// Whether pushes are sent to a user who has a live stream open.
    pub push_while_active: bool,
    /// Whether mails are wanted at all.
    pub email_notifications: bool,
    /// Types that are switched; all others are wanted.
    pub notification_types: BTreeMap<NotificationType, bool>,
    /// Channels that are switched for a type; all others are wanted.
    pub channels: BTreeMap<NotificationType, BTreeMap<Channel, bool>>,
    /// When a person is not to be disturbed.
    pub quiet_hours: QuietHours,
    /// Types about which users' switches do not count.
    pub mandatory_types: BTreeSet<NotificationType>,
    /// How often the tenant lets users be disturbed.
    pub rate_rules: RateRules,
}

impl From<&EffectivePreferences> for InForce {
    /// What holds for a user.
    fn from(preferences: &EffectivePreferences) -> Self {
        let mandatory = preferences.mandatory_types().cloned();
        let mandatory = mandatory.unwrap_or_default();
        Self::new(preferences.effective(), mandatory, preferences.rate_rules())
    }
}

impl From<TenantPreferences> for InForce {
    /// What holds for users who have not chosen.
    fn from(set: TenantPreferences) -> Self {
        Self::new(set.defaults, set.mandatory_types, set.rate_rules)
    }
}

impl InForce {
    fn new(
        choices: Preferences,
        mandatory_types: BTreeSet<NotificationType>,
        rate_rules: RateRules,
    ) -> Self {
        Self {
            push_notifications: choices.push_notifications.unwrap_or(true),
            push_while_active: choices.push_while_active.unwrap_or(true),
            email_notifications: choices.email_notifications.unwrap_or(true),
            notification_types: choices.notification_types,
            channels: choices.channels,
            quiet_hours: choices.quiet_hours.unwrap_or_else(QuietHours::off),
            mandatory_types,
            rate_rules,
        }
    }
}
