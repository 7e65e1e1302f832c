//! What a user has chosen, or a tenant by default. Everything else is left to the defaults.

use std::collections::{BTreeMap, BTreeSet};

use super::QuietHours;
use crate::{Channel, NotificationType, RateRules};

/// The choices of one user, or a tenant's for users who have not chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preferences {
    /// Whether pushes are on (FCM and Web Push).
    pub push_notifications: Option<bool>,
    /// Whether pushes are sent while the user has a live stream open.
    pub push_while_active: Option<bool>,
    /// Whether emails are on.
    pub email_notifications: Option<bool>,
    /// Whether a type is on for all channels.
    pub notification_types: BTreeMap<NotificationType, bool>,
    /// Whether a type is on for a channel.
    pub channels: BTreeMap<NotificationType, BTreeMap<Channel, bool>>,
    /// Quiet hours to set.
    pub quiet_hours: Option<QuietHours>,
}

impl Preferences {
    /// Types that one person can choose about, in each of the two maps.
    pub const MAX_TYPES: usize = 100;
    /// Bytes of JSON that are kept of one person's choices.
    pub const MAX_BYTES: usize = 16 * 1_024;

    /// The switch of a whole channel, if there is one for it.
    pub(super) fn channel(&self, channel: Channel) -> Option<bool> {
        match channel {
            Channel::Push | Channel::WebPush | Channel::Apns => self.push_notifications,
            Channel::Email => self.email_notifications,
            Channel::InApp
            | Channel::Webhook
            | Channel::Slack
            | Channel::Discord
            | Channel::Pushover
            | Channel::Apprise
            | Channel::Recipe(_) => None,
        }
    }

    pub(super) fn type_channel(&self, of: &NotificationType, channel: Channel) -> Option<bool> {
        self.channels.get(of)?.get(&channel).copied()
    }
}

/// What a tenant sets for all its users.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TenantPreferences {
    /// Hold where a user has not chosen.
    pub defaults: Preferences,
    /// Types that users cannot switch off.
    pub mandatory_types: BTreeSet<NotificationType>,
    /// The rate rules; users cannot change them.
    pub rate_rules: RateRules,
}
