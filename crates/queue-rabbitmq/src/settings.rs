//! What the broker is to this installation.

use std::time::Duration;

use campanile_domain::{Channel, Lane};

/// Where the broker is and what the names are.
#[derive(Clone)]
pub struct RabbitSettings {
    /// `amqp://` or `amqps://`; with credentials, so never logged.
    pub url: String,
    /// The exchange's name.
    pub exchange: String,
    /// The queues are named `<prefix>.<channel>.<lane>`.
    pub queue_prefix: String,
    /// A confirm that takes longer counts as none.
    pub confirm_timeout: Duration,
    /// The channels whose queues are declared.
    pub channels: Vec<Channel>,
}

impl RabbitSettings {
    pub(crate) fn queue(&self, channel: Channel, lane: Lane) -> String {
        format!("{}.{}.{}", self.queue_prefix, channel.name(), lane.name())
    }

    pub(crate) fn routing_key(channel: Channel, lane: Lane) -> String {
        format!("{}.{}", channel.name(), lane.name())
    }

    pub(crate) fn dead_exchange(&self) -> String {
        format!("{}.dead", self.exchange)
    }

    pub(crate) fn dead_queue(&self) -> String {
        format!("{}.dead", self.queue_prefix)
    }
}
