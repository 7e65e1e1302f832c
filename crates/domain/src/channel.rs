//! The ways a notification can take.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A way to the user. The names are those of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The inbox row itself, and the live streams that show it.
    #[serde(alias = "sse")]
    InApp,
    /// FCM.
    Push,
    /// SMTP.
    Email,
    /// A signed POST (Standard Webhooks).
    Webhook,
    /// Slack's incoming webhooks.
    Slack,
    /// Discord's webhooks.
    Discord,
    /// Pushover.
    Pushover,
    /// An Apprise API server.
    Apprise,
    /// Web Push (RFC 8030).
    WebPush,
}

/// An unknown channel name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown channel; must be one of {}", Channel::ALL.map(Channel::name).join(", "))]
pub struct UnknownChannel;

impl Channel {
    /// Every channel, in the order in which they are listed everywhere.
    pub const ALL: [Self; 9] = [
        Self::InApp,
        Self::Push,
        Self::Email,
        Self::Webhook,
        Self::Slack,
        Self::Discord,
        Self::Pushover,
        Self::Apprise,
        Self::WebPush,
    ];

    /// The name used in requests, rows, messages, logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InApp => "in_app",
            Self::Push => "push",
            Self::Email => "email",
            Self::Webhook => "webhook",
            Self::Slack => "slack",
            Self::Discord => "discord",
            Self::Pushover => "pushover",
            Self::Apprise => "apprise",
            Self::WebPush => "web_push",
        }
    }

    /// Whether it makes a noise beside a person: those wait while quiet hours last. The inbox does
    /// not, and what a webhook calls is a machine.
    pub const fn disturbs(self) -> bool {
        match self {
            Self::InApp | Self::Webhook => false,
            Self::Push
            | Self::Email
            | Self::Slack
            | Self::Discord
            | Self::Pushover
            | Self::Apprise
            | Self::WebPush => true,
        }
    }

    /// Whether users have individual addresses, which the address book stores. All other channels use addresses of
    /// the tenant.
    pub const fn is_addressed_to_users(self) -> bool {
        match self {
            Self::Push | Self::Email | Self::WebPush => true,
            Self::InApp
            | Self::Webhook
            | Self::Slack
            | Self::Discord
            | Self::Pushover
            | Self::Apprise => false,
        }
    }
}

impl std::str::FromStr for Channel {
    type Err = UnknownChannel;

    fn from_str(name: &str) -> Result<Self, UnknownChannel> {
        if name == "sse" {
            return Ok(Self::InApp);
        }
        Self::ALL
            .into_iter()
            .find(|c| c.name() == name)
            .ok_or(UnknownChannel)
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
