//! Preferences in a body.

use campanile_domain::{Preferences, RateRules, TenantPreferences};
use campanile_fields::{FieldCode, FieldError, FieldErrors, Fields, JsonText};

use super::request_body::PreferencesRequest;

/// Reads a user's choices, or lists every invalid field. Only a tenant sets the mandatory types and the rate
/// rules: those fields are read, and change nothing.
///
/// # Errors
/// Every invalid field.
pub fn read_choices(body: &JsonText) -> Result<Preferences, FieldErrors> {
    read_defaults(body).map(|set| set.defaults)
}

/// Reads what a tenant sets for its users, or lists every invalid field.
///
/// # Errors
/// Every invalid field.
pub fn read_defaults(body: &JsonText) -> Result<TenantPreferences, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let read = PreferencesRequest::read(&mut fields);
    let set = TenantPreferences {
        defaults: Preferences {
            push_notifications: read.push_notifications,
            push_while_active: read.push_while_active,
            email_notifications: read.email_notifications,
            notification_types: read.notification_types.unwrap_or_default(),
            channels: read.channels.unwrap_or_default(),
            quiet_hours: read.quiet_hours,
        },
        mandatory_types: read.mandatory_types.into_iter().flatten().collect(),
        rate_rules: RateRules {
            debounce: read.debounce,
            throttle: read.throttle,
        },
    };
    let mut errors = fields.finish();
    let bytes = set.to_stored().to_string().len();
    if errors.is_empty() && bytes > Preferences::MAX_BYTES {
        let most = Preferences::MAX_BYTES;
        let detail =
            format!("the preferences are {bytes} bytes of JSON; at most {most} are allowed");
        errors.push(FieldError::new("", FieldCode::TooLong, detail));
    }
    if errors.is_empty() {
        Ok(set)
    } else {
        Err(errors)
    }
}
