//! Whether one delivery may leave now: asked when it is planned, and again whenever it falls due.

use chrono::{DateTime, Utc};

use crate::{
    Channel, DeliveryState, EffectivePreferences, LostAddress, Notification, NotificationType,
    Priority, QUIET_HOURS, USER_IS_ACTIVE,
};

/// What a verdict looks at of a notification.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'n> {
    /// The event key.
    pub notification_type: &'n NotificationType,
    /// The priority.
    pub priority: Priority,
    /// Not after this moment.
    pub expires_at: Option<DateTime<Utc>>,
    /// Whether its user sees it in a live stream at this moment.
    pub is_seen_live: bool,
}

impl<'n> Occasion<'n> {
    /// That of a whole one.
    pub fn of(notification: &'n Notification) -> Self {
        Self {
            notification_type: &notification.notification_type,
            priority: notification.priority,
            expires_at: notification.expires_at,
            is_seen_live: false,
        }
    }
}

/// Whether a delivery may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may, now.
    Leaves,
    /// Not before this moment, and then it is asked again.
    Waits {
        /// When; no later than the deadline, so that it expires on time.
        until: DateTime<Utc>,
        /// Why, as a code.
        reason: &'static str,
    },
    /// Never: its user has switched it off, or need not be disturbed, for this reason.
    Unwanted(&'static str),
    /// Never: its deadline has passed.
    Late,
    /// Never: its address is not its user's any more.
    Lost(LostAddress),
}

impl Verdict {
    /// Decides. What is switched off stays so at any time; a delivery that is late, or has lost its address, is not
    /// worth deferring. `lost` is about the address; an address that is being planned is never lost.
    pub fn of(
        occasion: Occasion<'_>,
        channel: Channel,
        preferences: &EffectivePreferences,
        lost: Option<LostAddress>,
        now: DateTime<Utc>,
    ) -> Self {
        let deadline = occasion.expires_at;
        if let Some(reason) = preferences.suppressed_by(occasion.notification_type, channel) {
            Self::Unwanted(reason)
        } else if deadline.is_some_and(|deadline| deadline <= now) {
            Self::Late
        } else if let Some(why) = lost {
            Self::Lost(why)
        } else if occasion.is_seen_live
            && preferences.is_silent_while_active(
                occasion.notification_type,
                channel,
                occasion.priority,
            )
        {
            Self::Unwanted(USER_IS_ACTIVE)
        } else if let Some(wakes_at) = preferences.wakes_at(channel, occasion.priority, now) {
            Self::Waits {
                until: deadline.map_or(wakes_at, |deadline| deadline.min(wakes_at)),
                reason: QUIET_HOURS,
            }
        } else {
            Self::Leaves
        }
    }

    /// The state that a delivery is in by this, why, and until when.
    pub const fn recorded_as(self) -> (DeliveryState, Option<&'static str>, Option<DateTime<Utc>>) {
        match self {
            Self::Leaves => (DeliveryState::Queued, None, None),
            Self::Waits { until, reason } => (DeliveryState::Deferred, Some(reason), Some(until)),
            Self::Unwanted(reason) => (DeliveryState::Suppressed, Some(reason), None),
            Self::Late => (DeliveryState::Expired, Some("deadline_passed"), None),
            Self::Lost(why) => (DeliveryState::Suppressed, Some(why.reason()), None),
        }
    }
}
