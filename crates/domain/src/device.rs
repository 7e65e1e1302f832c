//! Where pushes go: an installation of an app, as FCM or Apple knows it, or a browser.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Channel, DeviceId, InvalidName, TenantId, UserId};

/// The kind of push address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// A registration token.
    Token,
    /// A Firebase installation id, which supersedes tokens.
    Fid,
    /// A browser's subscription to Web Push: `<p256dh>:<auth>:<endpoint>`.
    WebPush,
    /// An app on Apple's devices that is reached without FCM: `<environment>:<topic>:<token>`.
    Apns,
}

impl DeviceKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Token, Self::Fid, Self::WebPush, Self::Apns];

    /// The name used in requests, rows and addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Fid => "fid",
            Self::WebPush => "web_push",
            Self::Apns => "apns",
        }
    }

    /// The channel that reaches it.
    pub const fn channel(self) -> Channel {
        match self {
            Self::Token | Self::Fid => Channel::Push,
            Self::WebPush => Channel::WebPush,
            Self::Apns => Channel::Apns,
        }
    }
}

/// The platform of the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// Android.
    Android,
    /// iOS and its relatives.
    Ios,
    /// A browser.
    Web,
}

impl Platform {
    /// Every platform.
    pub const ALL: [Self; 3] = [Self::Android, Self::Ios, Self::Web];

    /// The name used in requests and rows.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Android => "android",
            Self::Ios => "ios",
            Self::Web => "web",
        }
    }
}

macro_rules! named {
    ($type:ident, $complaint:literal) => {
        impl FromStr for $type {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                let found = Self::ALL.into_iter().find(|one| one.name() == text);
                found.ok_or(InvalidName($complaint))
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}
named!(DeviceKind, "expected token, fid, web_push or apns");
named!(Platform, "expected android, ios or web");

/// The address of an installation, as FCM, Apple or a browser gives it out: visible ASCII, 1 to [`DeviceValue::MAX_BYTES`] bytes,
/// without quote and backslash.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct DeviceValue(String);

impl DeviceValue {
    /// Tokens have about 160 bytes, subscriptions of browsers up to 700; no service names a bound.
    pub const MAX_BYTES: usize = 1_024;

    /// Checks the rule and takes the text.
    ///
    /// # Errors
    /// [`InvalidName`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        if text.is_empty() || text.len() > Self::MAX_BYTES {
            return Err(InvalidName("expected 1 to 1024 bytes"));
        }
        let good = |c: char| c.is_ascii_graphic() && c != '"' && c != '\\';
        if !text.chars().all(good) {
            return Err(InvalidName(
                "expected visible ASCII characters without quotes and backslashes",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// It allows pushing to the device, so it is not shown by accident.
impl fmt::Debug for DeviceValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceValue({} bytes)", self.0.len())
    }
}

/// An installation of an app that a user has signed in to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Made when it was first seen with this user.
    pub id: DeviceId,
    /// The owner of everything about it.
    pub tenant: TenantId,
    /// Whose it is.
    pub user_id: UserId,
    /// What kind of address.
    pub kind: DeviceKind,
    /// The address.
    pub value: DeviceValue,
    /// What it runs on.
    pub platform: Platform,
    /// The version of the app.
    pub app_version: Option<String>,
    /// BCP 47 tag.
    pub locale: Option<String>,
    /// IANA zone.
    pub timezone: Option<String>,
    /// When it was first seen.
    pub created_at: DateTime<Utc>,
    /// When the app last registered.
    pub last_seen: DateTime<Utc>,
}

impl Device {
    /// A user keeps so many; a further one takes the place of the one not seen for longest.
    pub const MAX_PER_USER: usize = 50;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_checked_and_never_shown() {
        assert!(DeviceValue::parse("dQw4:APA91b-_x").is_ok());
        for bad in ["", "a b", "a\"b", "a\\b", "ä", "a\0", &"x".repeat(1_025)] {
            assert!(DeviceValue::parse(bad).is_err(), "{bad:?}");
        }
        let value = DeviceValue::parse("secret").expect("valid");
        assert!(!format!("{value:?}").contains("secret"));
    }
}
