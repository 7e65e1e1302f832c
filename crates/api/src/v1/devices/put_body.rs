//! What an app says of its device: read field by field, so that every wrong one is named.

use campanile_domain::{DeviceKind, DeviceValue, Platform};
use campanile_fields::{FieldErrors, Fields, JsonText};
use utoipa::ToSchema;

use crate::v1::locality::{locale, timezone};

/// Versions are short; nothing here decides by them.
const MAX_APP_VERSION_BYTES: usize = 64;

/// What an app says, already checked.
pub(super) struct Told {
    pub(super) kind: DeviceKind,
    pub(super) value: DeviceValue,
    pub(super) platform: Platform,
    pub(super) app_version: Option<String>,
    pub(super) locale: Option<String>,
    pub(super) timezone: Option<String>,
}

impl Told {
    /// Reads a body, or lists what is wrong with it.
    pub(super) fn from_json(body: &JsonText) -> Result<Self, FieldErrors> {
        let mut fields = Fields::of(body)?;
        let kind = fields.required("kind").and_then(|_| fields.name("kind"));
        let value = fields
            .required("value")
            .and_then(|_| fields.parsed("value", DeviceValue::parse));
        let platform = fields
            .required("platform")
            .and_then(|_| fields.name("platform"));
        let app_version = fields.text("app_version", MAX_APP_VERSION_BYTES, false);
        let locale = locale(&mut fields);
        let timezone = timezone(&mut fields);
        let errors = fields.finish();
        match (kind, value, platform) {
            (Some(kind), Some(value), Some(platform)) if errors.is_empty() => Ok(Self {
                kind,
                value,
                platform,
                app_version,
                locale,
                timezone,
            }),
            _ => Err(errors),
        }
    }
}

/// A device to register.
#[derive(ToSchema)]
#[schema(as = DeviceRequest)]
#[expect(dead_code, reason = "describes JSON that is read field by field")]
pub(super) struct PutBody {
    /// The kind of push address.
    kind: KindName,
    /// The address that FCM assigned to the app: visible ASCII without quotes and backslashes.
    #[schema(
        min_length = 1,
        max_length = 1024,
        example = "fGk3token-of-a-device:APA91b"
    )]
    value: String,
    /// The platform of the app.
    platform: PlatformName,
    /// The version of the app.
    #[schema(min_length = 1, max_length = 64, example = "4.2.0")]
    app_version: Option<String>,
    /// BCP 47 tag. Platform notations such as `en_US` and `zh_CN_#Hans` are converted to `en-US` and `zh-Hans-CN`.
    #[schema(max_length = 35, example = "pt-BR")]
    locale: Option<String>,
    /// IANA time zone, or an offset: `GMT+05:30` is stored as `+05:30`.
    #[schema(example = "Europe/Berlin")]
    timezone: Option<String>,
}

/// The kind of push address.
#[derive(ToSchema)]
#[schema(as = DeviceKind, rename_all = "snake_case")]
#[expect(dead_code, reason = "describes JSON that is read field by field")]
pub(super) enum KindName {
    /// A registration token.
    Token,
    /// A Firebase installation id.
    Fid,
}

/// The platform of the app.
#[derive(ToSchema)]
#[schema(as = Platform, rename_all = "snake_case")]
#[expect(dead_code, reason = "describes JSON that is read field by field")]
pub(super) enum PlatformName {
    Android,
    Ios,
    Web,
}
