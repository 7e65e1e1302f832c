//! The closed sets of words that requests use.

use serde::{Deserialize, Serialize};

/// A channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Channel {
    /// The inbox and live streams.
    InApp,
    /// A mobile push.
    Push,
    /// Mail.
    Email,
    /// The tenant's own server.
    Webhook,
    /// Slack.
    Slack,
    /// Discord.
    Discord,
    /// Pushover.
    Pushover,
    /// Apprise.
    Apprise,
    /// A push to a browser.
    WebPush,
    /// A push to an app on Apple's devices, without FCM.
    Apns,
}

/// The priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Priority {
    /// Passes quiet hours.
    Critical,
    /// Before others.
    High,
    /// What is meant if nothing is said.
    Normal,
    /// May wait.
    Low,
}

/// A severity instead of a priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Level {
    /// For who looks for something.
    Debug,
    /// Good to know.
    Info,
    /// Something may go wrong.
    Warning,
    /// Something went wrong.
    Error,
    /// A user must act now.
    Critical,
}
