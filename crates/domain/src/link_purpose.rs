//! What a link without a login is for.

use std::fmt;
use std::str::FromStr;

use crate::InvalidName;

/// What a link without a login is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkPurpose {
    /// To see one's recent notifications and how each was delivered.
    NotificationStatus,
    /// To see and change one's preferences.
    SettingsView,
}

impl LinkPurpose {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::NotificationStatus, Self::SettingsView];

    /// The name in requests, links and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotificationStatus => "notification_status",
            Self::SettingsView => "settings_view",
        }
    }
}

impl fmt::Display for LinkPurpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for LinkPurpose {
    type Err = InvalidName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|one| one.name() == name);
        found.ok_or(InvalidName(
            "a purpose must be notification_status or settings_view",
        ))
    }
}

/// How a link reaches its user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkHandOver {
    /// By mail.
    Email,
    /// By whoever asks for it.
    Return,
}

impl LinkHandOver {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Email, Self::Return];

    /// The name in requests.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Return => "return",
        }
    }
}

impl FromStr for LinkHandOver {
    type Err = InvalidName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|one| one.name() == name);
        found.ok_or(InvalidName("must be email or return"))
    }
}
