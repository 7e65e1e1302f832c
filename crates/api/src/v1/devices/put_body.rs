//! A device as its app writes it.

use campanile_app::devices::DeviceDetails;
use campanile_domain::{DeviceKind, DeviceValue, Platform};
use campanile_fields::kinds::{one_of, optional, parsed, required, text};
use campanile_fields::{FieldErrors, Fields, JsonText, request_body};

use crate::v1::locality::{locale, timezone};

/// Versions are short; nothing here decides by them.
const MAX_APP_VERSION_BYTES: usize = 64;

request_body! {
    /// A device to register.
    pub(super) struct PutBody as DeviceRequest {
        /// The kind of push address.
        kind: DeviceKind = required(one_of::<DeviceKind>()),
        /// The address that FCM assigned to the app: visible ASCII without quotes and backslashes.
        #[example("fGk3token-of-a-device:APA91b")]
        value: DeviceValue = required(parsed(DeviceValue::parse).length(1..=DeviceValue::MAX_BYTES)),
        /// The platform of the app.
        platform: Platform = required(one_of::<Platform>()),
        /// The version of the app.
        #[example("4.2.0")]
        app_version: String = optional(text(MAX_APP_VERSION_BYTES)),
        /// BCP 47 tag. Platform notations such as `en_US` and `zh_CN_#Hans` are converted to `en-US` and `zh-Hans-CN`.
        #[example("pt-BR")]
        locale: String = optional(locale()),
        /// IANA time zone, or an offset: `GMT+05:30` is stored as `+05:30`.
        #[example("Europe/Berlin")]
        timezone: String = optional(timezone()),
    }
}

/// Reads a body, or lists every wrong field.
pub(super) fn details(body: &JsonText) -> Result<DeviceDetails, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let read = PutBody::read(&mut fields);
    fields.finish_with(|| {
        Some(DeviceDetails {
            kind: read.kind?,
            value: read.value?,
            platform: read.platform?,
            app_version: read.app_version,
            locale: read.locale,
            timezone: read.timezone,
        })
    })
}
