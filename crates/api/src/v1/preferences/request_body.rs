//! The shape of a body that sets preferences, for the OpenAPI document only.

use std::collections::BTreeMap;

use utoipa::ToSchema;

use super::preferences_body::{DebounceBody, ThrottleBody};

/// Preferences. The tenant's default applies to every field that is left out.
#[derive(ToSchema)]
#[schema(as = PreferencesRequest)]
#[expect(dead_code, reason = "describes JSON that is read field by field")]
pub(in crate::v1) struct RequestBody {
    /// Whether pushes are on (FCM and Web Push).
    push_notifications: Option<bool>,
    /// Whether emails are on.
    email_notifications: Option<bool>,
    /// Switches a type on or off for all channels; at most 100 types.
    #[schema(example = json!({"friend_request": false}))]
    notification_types: Option<BTreeMap<String, bool>>,
    /// Switches a type on or off for a channel; at most 100 types. The inbox cannot be switched off.
    #[schema(example = json!({"new_message": {"email": false, "push": true}}))]
    channels: Option<BTreeMap<String, BTreeMap<String, bool>>>,
    quiet_hours: Option<QuietHoursRequest>,
    /// Types that users cannot switch off, at most 100. Only the tenant can set them. A user may send the field back
    /// unchanged; it has no effect.
    #[schema(example = json!(["security_alert"]))]
    mandatory_types: Option<Vec<String>>,
    /// Suppresses a notification that repeats a recent one. Only the tenant can set it; `null` switches it off.
    debounce: Option<DebounceBody>,
    /// Limits how many notifications of one type a user receives. Only the tenant can set it; `null` switches it off.
    throttle: Option<ThrottleBody>,
}

/// Quiet hours to set.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes JSON that is read field by field")]
struct QuietHoursRequest {
    enabled: bool,
    /// Start of the quiet hours. Required if `enabled` is `true`.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "22:00")]
    start_time: Option<String>,
    /// End of the quiet hours. Must differ from `start_time`; if it is earlier, the quiet hours end on the next day.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "08:00")]
    end_time: Option<String>,
    /// IANA time zone, or an offset such as `+05:30`. Default: the user's time zone, then the tenant's, then UTC.
    #[schema(example = "Europe/Berlin")]
    timezone: Option<String>,
}
