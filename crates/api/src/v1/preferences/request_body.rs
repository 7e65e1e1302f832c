//! The shape of a body that sets preferences, for the OpenAPI document only.

use std::collections::BTreeMap;

use utoipa::ToSchema;

use super::preferences_body::{DebounceBody, ThrottleBody};

/// What is wanted. What is left out is not chosen: the tenant's default holds.
#[derive(ToSchema)]
#[schema(as = PreferencesRequest)]
#[expect(dead_code, reason = "describes JSON that is read field by field")]
pub(in crate::v1) struct RequestBody {
    /// Whether pushes are wanted at all: FCM and Web Push.
    push_notifications: Option<bool>,
    /// Whether mails are wanted at all.
    email_notifications: Option<bool>,
    /// Whether a type is wanted by any way out; 100 types at most.
    #[schema(example = json!({"friend_request": false}))]
    notification_types: Option<BTreeMap<String, bool>>,
    /// Whether a type is wanted by a channel; 100 types at most. The inbox cannot be switched off.
    #[schema(example = json!({"new_message": {"email": false, "push": true}}))]
    channels: Option<BTreeMap<String, BTreeMap<String, bool>>>,
    quiet_hours: Option<QuietHoursRequest>,
    /// Types about which users' switches do not count, 100 at most. Only a tenant sets them; from a
    /// user the field may come back as it was shown, and changes nothing.
    #[schema(example = json!(["security_alert"]))]
    mandatory_types: Option<Vec<String>>,
    /// Holds back what equals something that went out shortly before. Only a tenant sets it, as
    /// `mandatory_types`; `null` is off.
    debounce: Option<DebounceBody>,
    /// Holds back what is more of one type than a user is to have. Only a tenant sets it, as
    /// `mandatory_types`; `null` is off.
    throttle: Option<ThrottleBody>,
}

/// When not to be disturbed.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes JSON that is read field by field")]
struct QuietHoursRequest {
    enabled: bool,
    /// When it becomes quiet; needed where `enabled` is true.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "22:00")]
    start_time: Option<String>,
    /// When it is quiet no more; another time than `start_time`, and past midnight if it is the earlier.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$", example = "08:00")]
    end_time: Option<String>,
    /// IANA zone, or an offset such as `+05:30`. Left out: the one the user lives in, as services have told it, else the tenant's, else
    /// UTC.
    #[schema(example = "Europe/Berlin")]
    timezone: Option<String>,
}
