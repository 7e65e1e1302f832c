//! Preferences as a user or a tenant writes them.

use std::collections::BTreeMap;

use campanile_domain::{Channel, Debounce, NotificationType, Preferences, QuietHours, Throttle};
use campanile_fields::kinds::{flag, list, nested, optional, parsed, reserved};
use campanile_fields::request_body;

use super::quiet_hours::quiet_hours;
use super::rate_rules::{debounce, throttle};
use super::switches::{ByChannel, ByType};

request_body! {
    /// Preferences. The tenant's default applies to every field that is left out.
    pub struct PreferencesRequest as PreferencesRequest {
        /// Whether pushes are on (FCM and Web Push).
        push_notifications: bool = optional(flag()),
        /// Whether pushes are sent while a live stream of the user is open (default `true`). `false`: not for what the
        /// stream shows, except for `critical` notifications.
        push_while_active: bool = optional(flag()),
        /// Whether emails are on.
        email_notifications: bool = optional(flag()),
        /// Switches a type on or off for all channels; at most 100 types.
        #[example({"friend_request": false})]
        notification_types: BTreeMap<NotificationType, bool> = optional(ByType),
        /// Switches a type on or off for a channel; at most 100 types. The inbox cannot be switched off.
        #[example({"new_message": {"email": false, "push": true}})]
        channels: BTreeMap<NotificationType, BTreeMap<Channel, bool>> = optional(ByChannel),
        /// Quiet hours.
        quiet_hours: QuietHours = optional(nested(quiet_hours)),
        /// Types that users cannot switch off, at most 100. Only the tenant can set them. A user may send the field back
        /// unchanged; it has no effect.
        #[example(["security_alert"])]
        mandatory_types: Vec<NotificationType> =
            optional(list(0..=Preferences::MAX_TYPES, parsed(NotificationType::parse))),
        /// Suppresses a notification that repeats a recent one. Only the tenant can set it; `null` switches it off.
        debounce: Debounce = optional(nested(debounce)),
        /// Limits how many notifications of one type a user receives. Only the tenant can set it; `null` switches it off.
        throttle: Throttle = optional(nested(throttle)),
        /// Reserved: this version does not support it.
        digest: () = reserved(),
    }
}
