//! The ways a notification can take.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{DeviceKind, RecipeName};

/// A means to reach users. The names are those of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    /// The inbox row itself, and the live streams that show it.
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
    /// Apple's push service, without FCM between.
    Apns,
    /// A channel that a recipe defines. The operator of the installation chooses which recipes are channels.
    Recipe(RecipeName),
}

/// An unknown channel name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown channel; must be one of {}", names())]
pub struct UnknownChannel;

fn names() -> String {
    let all: Vec<_> = Channel::all().map(Channel::name).collect();
    all.join(", ")
}

impl Channel {
    /// Every channel that each installation has, in the order in which they are listed everywhere.
    pub const ALL: [Self; 10] = [
        Self::InApp,
        Self::Push,
        Self::Email,
        Self::Webhook,
        Self::Slack,
        Self::Discord,
        Self::Pushover,
        Self::Apprise,
        Self::WebPush,
        Self::Apns,
    ];

    /// Channels of an installation at most: the built-in ones, those of recipes that come with the program, and 64 of the
    /// operator.
    pub const MOST: usize = 128;

    /// Every channel of this installation: [`Self::ALL`], and the recipes that it serves as channels.
    pub fn all() -> impl Iterator<Item = Self> {
        let recipes = RecipeName::served().iter().copied();
        Self::ALL.into_iter().chain(recipes.map(Self::Recipe))
    }

    /// The channel of a stored name. One that this installation does not have (any more) is listed under its name, and never
    /// sent to.
    ///
    /// # Errors
    /// [`UnknownChannel`] for what is no name.
    pub fn stored(name: &str) -> Result<Self, UnknownChannel> {
        let known = name.parse();
        known.or_else(|_| {
            let recipe = RecipeName::stored(name).ok_or(UnknownChannel)?;
            Ok(Self::Recipe(recipe))
        })
    }

    /// Whether this installation has it. Rows may name a recipe that is no longer, or not yet, one of its channels.
    pub fn is_served(self) -> bool {
        match self {
            Self::Recipe(recipe) => RecipeName::served().contains(&recipe),
            Self::InApp
            | Self::Push
            | Self::Email
            | Self::Webhook
            | Self::Slack
            | Self::Discord
            | Self::Pushover
            | Self::Apprise
            | Self::WebPush
            | Self::Apns => true,
        }
    }

    /// The name used in requests, rows, messages, logs and metrics.
    pub fn name(self) -> &'static str {
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
            Self::Apns => "apns",
            Self::Recipe(recipe) => recipe.as_str(),
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
            | Self::WebPush
            | Self::Apns
            | Self::Recipe(_) => true,
        }
    }

    /// Whether it pushes to devices of users: apps and browsers. What holds for pushes holds for all of them.
    pub const fn is_push(self) -> bool {
        match self {
            Self::Push | Self::WebPush | Self::Apns => true,
            Self::InApp
            | Self::Email
            | Self::Webhook
            | Self::Slack
            | Self::Discord
            | Self::Pushover
            | Self::Apprise
            | Self::Recipe(_) => false,
        }
    }

    /// The channels whose addresses are devices, each once: what [`crate::DeviceKind::channel`] says of all kinds.
    pub fn of_devices() -> impl Iterator<Item = Self> {
        let pushes = Self::ALL.into_iter();
        pushes.filter(|channel| {
            DeviceKind::ALL
                .iter()
                .any(|kind| kind.channel() == *channel)
        })
    }

    /// Whether the suppression list of a tenant may have addresses of it.
    pub const fn has_suppressed_addresses(self) -> bool {
        match self {
            Self::Push | Self::Email => true,
            Self::InApp
            | Self::Webhook
            | Self::Slack
            | Self::Discord
            | Self::Pushover
            | Self::Apprise
            | Self::WebPush
            | Self::Apns
            | Self::Recipe(_) => false,
        }
    }

    /// Whether users have individual addresses, which the address book stores. All other channels use addresses of
    /// the tenant.
    pub const fn is_addressed_to_users(self) -> bool {
        match self {
            Self::Push | Self::Email | Self::WebPush | Self::Apns => true,
            Self::InApp
            | Self::Webhook
            | Self::Slack
            | Self::Discord
            | Self::Pushover
            | Self::Apprise
            | Self::Recipe(_) => false,
        }
    }
}

impl std::str::FromStr for Channel {
    type Err = UnknownChannel;

    fn from_str(name: &str) -> Result<Self, UnknownChannel> {
        if name == "sse" {
            return Ok(Self::InApp);
        }
        Self::all()
            .find(|channel| channel.name() == name)
            .ok_or(UnknownChannel)
    }
}

impl Serialize for Channel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Channel {
    /// What was stored, see [`Self::stored`]: requests are read by name.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::stored(&name).map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pushes_reaches_devices_and_nothing_else_does() {
        let pushes: Vec<_> = Channel::ALL
            .into_iter()
            .filter(|one| one.is_push())
            .collect();
        assert_eq!(Channel::of_devices().collect::<Vec<_>>(), pushes);
        assert!(pushes.iter().all(|one| one.is_addressed_to_users()));
    }
}
