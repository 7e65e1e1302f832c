//! Preferences in a body.

use campanile_domain::{Preferences, RateRules, TenantPreferences};
use campanile_fields::{FieldCode, FieldError, FieldErrors, Fields, JsonText};

use super::request_body::PreferencesRequest;

/// What a body says, already checked: the same fields for a user and for a tenant.
pub(in crate::v1) struct Chosen(TenantPreferences);

impl Chosen {
    /// Reads a body, or lists what is wrong with it.
    pub(in crate::v1) fn from_json(body: &JsonText) -> Result<Self, FieldErrors> {
        let mut fields = Fields::of(body)?;
        let read = PreferencesRequest::read(&mut fields);
        let set = TenantPreferences {
            defaults: Preferences {
                push_notifications: read.push_notifications,
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
            Ok(Self(set))
        } else {
            Err(errors)
        }
    }

    /// Of a user, who does not choose what is mandatory, nor how often they may be disturbed.
    pub(super) fn of_user(self) -> Preferences {
        self.0.defaults
    }

    /// Of a tenant.
    pub(in crate::v1) fn of_tenant(self) -> TenantPreferences {
        self.0
    }
}
