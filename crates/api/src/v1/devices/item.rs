//! One device as its user sees it.

use campanile_domain::{Device, DeviceId, DeviceKind, Platform};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::address::shorten;

/// An installation of an app that the user has signed in to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Device)]
pub(super) struct Item {
    /// Id of the device; it does not change while the user keeps the device.
    #[schema(value_type = uuid::Uuid)]
    id: DeviceId,
    #[schema(value_type = String, example = "token")]
    kind: DeviceKind,
    /// The address, shortened, because the full address allows pushing to the device.
    #[schema(example = "fGk3to…")]
    value: String,
    #[schema(value_type = String, example = "android")]
    platform: Platform,
    /// The version of the app.
    #[schema(example = "4.2.0")]
    app_version: Option<String>,
    /// BCP 47 tag.
    #[schema(example = "pt-BR")]
    locale: Option<String>,
    /// IANA time zone, or an offset such as `+05:30`.
    #[schema(example = "Europe/Berlin")]
    timezone: Option<String>,
    /// When the device was first registered for this user.
    created_at: DateTime<Utc>,
    /// When the app last registered.
    last_seen: DateTime<Utc>,
}

impl From<Device> for Item {
    fn from(device: Device) -> Self {
        Self {
            id: device.id,
            kind: device.kind,
            value: shorten(device.kind.channel(), device.value.as_str()),
            platform: device.platform,
            app_version: device.app_version,
            locale: device.locale,
            timezone: device.timezone,
            created_at: device.created_at,
            last_seen: device.last_seen,
        }
    }
}
