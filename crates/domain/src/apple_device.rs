//! An app on one of Apple's devices, as its push service knows it: `<environment>:<topic>:<token>`.

use std::fmt;
use std::str::FromStr;

use crate::InvalidName;

/// Apple's tokens have 64 hexadecimal digits today, and no length that is promised.
const MAX_TOKEN_CHARS: usize = 200;
/// A bundle id has so many characters at most.
const MAX_TOPIC_CHARS: usize = 155;

/// Which of Apple's services knows the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppleEnvironment {
    /// Apps of the App Store, of TestFlight and of companies.
    Production,
    /// Apps that Xcode has installed.
    Sandbox,
}

impl AppleEnvironment {
    /// Every environment.
    pub const ALL: [Self; 2] = [Self::Production, Self::Sandbox];

    /// The name used in requests and addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Sandbox => "sandbox",
        }
    }
}

impl FromStr for AppleEnvironment {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let found = Self::ALL.into_iter().find(|one| one.name() == text);
        found.ok_or(InvalidName("must be production or sandbox"))
    }
}

/// The bundle id of an app: letters, digits, `-` and `.`, 155 at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppleTopic(String);

impl FromStr for AppleTopic {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let is_good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        let is_topic = (1..=MAX_TOPIC_CHARS).contains(&text.len()) && text.bytes().all(is_good);
        match is_topic {
            true => Ok(Self(text.to_owned())),
            false => Err(InvalidName(
                "must be the bundle id of an app, such as com.example.app",
            )),
        }
    }
}

impl AppleTopic {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The token of a device: an even number of hexadecimal digits, 200 at most, in lower case. It allows pushing to the
/// device, so it is not shown by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct AppleToken(String);

impl FromStr for AppleToken {
    type Err = InvalidName;

    /// However an app writes the digits, the same device twice is one.
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let is_token = (2..=MAX_TOKEN_CHARS).contains(&text.len())
            && text.len().is_multiple_of(2)
            && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        match is_token {
            true => Ok(Self(text.to_ascii_lowercase())),
            false => Err(InvalidName(
                "must be an even number of hexadecimal digits, at most 200",
            )),
        }
    }
}

impl AppleToken {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AppleToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AppleToken({} digits)", self.0.len())
    }
}

/// One app on one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppleDevice {
    /// Which of Apple's services knows it.
    pub environment: AppleEnvironment,
    /// Which app.
    pub topic: AppleTopic,
    /// Which device.
    pub token: AppleToken,
}

impl AppleDevice {
    /// As one text, which is the value of a device of the kind `apns`.
    pub fn to_value(&self) -> String {
        let (environment, topic) = (self.environment.name(), self.topic.as_str());
        format!("{environment}:{topic}:{}", self.token.as_str())
    }

    /// Reads such a text; `None` for whatever no app can have registered.
    pub fn from_value(value: &str) -> Option<Self> {
        let (environment, rest) = value.split_once(':')?;
        let (topic, token) = rest.split_once(':')?;
        Some(Self {
            environment: environment.parse().ok()?,
            topic: topic.parse().ok()?,
            token: token.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_read_whole_or_not_at_all() {
        let token = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";
        let value = format!("sandbox:com.example.App-2:{token}");
        let device = AppleDevice::from_value(&value).expect("a device");
        assert_eq!(device.environment, AppleEnvironment::Sandbox);
        assert_eq!(device.topic.as_str(), "com.example.App-2");
        assert_eq!(device.token.as_str(), token);
        assert_eq!(device.to_value(), value);
        let upper = format!("sandbox:com.example.App-2:{}", token.to_uppercase());
        assert_eq!(AppleDevice::from_value(&upper), Some(device.clone()));
        assert!(!format!("{device:?}").contains(token));
        for bad in [
            String::new(),
            token.into(),
            format!("test:com.example.app:{token}"),
            format!("production::{token}"),
            format!("production:com example:{token}"),
            "production:com.example.app:".into(),
            "production:com.example.app:abc".into(),
            "production:com.example.app:../x".into(),
            format!("production:com.example.app:{}", "0".repeat(202)),
            format!("production:{}:{token}", "a".repeat(156)),
        ] {
            assert_eq!(AppleDevice::from_value(&bad), None, "{bad}");
        }
    }
}
