//! One device as its user sees it.

use campanile_domain::{Channel, Device, DeviceId, DeviceKind, Platform};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::address::shorten;

/// An installation of an app that the user has signed in to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Device)]
pub(super) struct Item {
    /// Stays the same for as long as the user keeps the device.
    #[schema(value_type = uuid::Uuid)]
    id: DeviceId,
    #[schema(value_type = String, example = "token")]
    kind: DeviceKind,
    /// Shortened: whoever has the whole can push to the device, and the app on it knows it anyway.
    #[schema(example = "fGk3to…")]
    value: String,
    #[schema(value_type = String, example = "android")]
    platform: Platform,
    /// The app's own version.
    #[schema(example = "4.2.0")]
    app_version: Option<String>,
    /// BCP 47 tag.
    #[schema(example = "pt-BR")]
    locale: Option<String>,
    /// IANA zone, or an offset such as `+05:30`.
    #[schema(example = "Europe/Berlin")]
    timezone: Option<String>,
    /// When it was first seen with this user.
    created_at: DateTime<Utc>,
    /// When the app last said that it is there.
    last_seen: DateTime<Utc>,
}

impl From<Device> for Item {
    fn from(device: Device) -> Self {
        Self {
            id: device.id,
            kind: device.kind,
            value: shorten(Channel::Push, device.value.as_str()),
            platform: device.platform,
            app_version: device.app_version,
            locale: device.locale,
            timezone: device.timezone,
            created_at: device.created_at,
            last_seen: device.last_seen,
        }
    }
}
