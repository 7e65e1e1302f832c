//! A device as its app writes it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campanile_app::devices::DeviceDetails;
use campanile_domain::{
    AppleDevice, AppleEnvironment, AppleToken, AppleTopic, DeviceKind, DeviceValue, Platform,
};
use campanile_fields::kinds::{one_of, optional, parsed, required, text};
use campanile_fields::{FieldCode, FieldErrors, Fields, JsonText, request_body};
use url::Url;

use crate::v1::locality::{locale, timezone};

/// With the keys beside it, the address of a device.
const MAX_ENDPOINT_BYTES: usize = 768;
/// The fields of a browser.
const BROWSER: [&str; 3] = ["endpoint", "p256dh", "auth"];
/// The fields of an app on Apple's devices; the first two are required.
const APPLE: [&str; 3] = ["token", "topic", "environment"];
/// The fields that FCM's devices require; only the first is theirs alone.
const FCM: [&str; 2] = ["value", "platform"];
/// Everything that belongs to some kinds only.
const OF_A_KIND: [&str; 7] = [
    "value",
    "endpoint",
    "p256dh",
    "auth",
    "token",
    "topic",
    "environment",
];
/// Versions are short; nothing here decides by them.
const MAX_APP_VERSION_BYTES: usize = 64;

request_body! {
    /// A device to register.
    pub(super) struct PutBody as DeviceRequest {
        /// The kind of push address.
        kind: DeviceKind = required(one_of::<DeviceKind>()),
        /// The address that FCM assigned to the app: visible ASCII without quotes and backslashes. Required for `token` and `fid`.
        #[example("fGk3token-of-a-device:APA91b")]
        value: DeviceValue = optional(parsed(DeviceValue::parse).length(1..=DeviceValue::MAX_BYTES)),
        /// With `web_push`, the `endpoint` of the browser's subscription: an https URL.
        #[example(null)]
        endpoint: Url = optional(parsed(endpoint).at_most(MAX_ENDPOINT_BYTES).format("uri")),
        /// With `web_push`, `keys.p256dh` of the subscription: the browser's public key in base64url.
        #[example(null)]
        p256dh: String = optional(parsed(public_key)),
        /// With `web_push`, `keys.auth` of the subscription: 16 bytes in base64url.
        #[example(null)]
        auth: String = optional(parsed(secret)),
        /// With `apns`, the device token that the app got from iOS, in hexadecimal.
        #[example(null)]
        token: AppleToken = optional(parsed(str::parse::<AppleToken>)),
        /// With `apns`, the bundle id of the app, which must be among the `topics` of the tenant's account.
        #[example(null)]
        topic: AppleTopic = optional(parsed(str::parse::<AppleTopic>)),
        /// With `apns`: `production`, or `sandbox` for apps that Xcode has installed. Default `production`.
        #[example(null)]
        environment: AppleEnvironment = optional(parsed(str::parse::<AppleEnvironment>).code(FieldCode::UnknownValue)),
        /// The platform of the app. Required for `token` and `fid`; browsers are `web`, and Apple's devices are `ios`.
        platform: Platform = optional(one_of::<Platform>()),
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
    let (needed, allowed, usual): (&[&str], &[&str], _) = match read.kind {
        Some(DeviceKind::WebPush) => (&BROWSER, &BROWSER, Some(Platform::Web)),
        Some(DeviceKind::Apns) => (&APPLE[..2], &APPLE, Some(Platform::Ios)),
        Some(DeviceKind::Token | DeviceKind::Fid) => (&FCM, &FCM[..1], None),
        // Without a kind, it is most likely one of these, and nothing is said of what does not belong to it.
        None => (&FCM, &OF_A_KIND, None),
    };
    for name in needed {
        fields.required(name);
    }
    for name in OF_A_KIND {
        if !allowed.contains(&name) && fields.get(name).is_some() {
            let detail = "does not belong to this kind of device";
            fields.wrong(name, FieldCode::Contradictory, detail);
        }
    }
    fields.finish_with(|| {
        let kind = read.kind?;
        let value = match kind {
            DeviceKind::WebPush => {
                DeviceValue::parse(&subscription(&read.endpoint?, &read.p256dh?, &read.auth?)).ok()
            }
            DeviceKind::Apns => {
                let device = AppleDevice {
                    environment: read.environment.unwrap_or(AppleEnvironment::Production),
                    topic: read.topic?,
                    token: read.token?,
                };
                DeviceValue::parse(&device.to_value()).ok()
            }
            DeviceKind::Token | DeviceKind::Fid => read.value,
        };
        Some(DeviceDetails {
            kind,
            value: value?,
            platform: read.platform.or(usual)?,
            app_version: read.app_version,
            locale: read.locale,
            timezone: read.timezone,
        })
    })
}

/// A subscription as one text, which is the address of its deliveries.
fn subscription(endpoint: &Url, p256dh: &str, auth: &str) -> String {
    format!("{p256dh}:{auth}:{endpoint}")
}

fn endpoint(text: &str) -> Result<Url, &'static str> {
    const WRONG: &str = "must be an https URL without a user name, as the browser returns it";
    if text.len() > MAX_ENDPOINT_BYTES {
        return Err("must be at most 768 bytes");
    }
    let url = Url::parse(text).map_err(|_| WRONG)?;
    let has_login = !url.username().is_empty() || url.password().is_some();
    if url.scheme() != "https" || has_login || url.as_str().len() > MAX_ENDPOINT_BYTES {
        return Err(WRONG);
    }
    // What the address of a device may not have.
    DeviceValue::parse(url.as_str())
        .map(|_| url)
        .map_err(|_| WRONG)
}

/// A point on P-256, uncompressed: 65 bytes that begin with 4.
fn public_key(text: &str) -> Result<String, &'static str> {
    const WRONG: &str = "must be 65 bytes in base64url, as the browser returns them";
    let text = text.trim_end_matches('=');
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| WRONG)?;
    match bytes.len() == 65 && bytes[0] == 4 {
        true => Ok(text.to_owned()),
        false => Err(WRONG),
    }
}

fn secret(text: &str) -> Result<String, &'static str> {
    const WRONG: &str = "must be 16 bytes in base64url, as the browser returns them";
    let text = text.trim_end_matches('=');
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| WRONG)?;
    match bytes.len() == 16 {
        true => Ok(text.to_owned()),
        false => Err(WRONG),
    }
}
