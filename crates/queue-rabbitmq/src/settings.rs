//! What the broker is to this installation.

use std::time::Duration;

use campanile_domain::{Channel, Lane};
use lapin::uri::AMQPUri;

/// A dead connection is noticed after twice as long; RabbitMQ itself proposes a minute.
const HEARTBEAT_SECONDS: u16 = 15;

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
    /// The address with our heartbeat, unless it names one. The parser's complaint is dropped: it
    /// may quote the password.
    pub(crate) fn uri(&self) -> std::io::Result<AMQPUri> {
        let mut uri: AMQPUri = self.url.parse().map_err(|_: String| {
            std::io::Error::other("not a valid URL; expected amqp://… or amqps://…")
        })?;
        uri.query.heartbeat.get_or_insert(HEARTBEAT_SECONDS);
        Ok(uri)
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    fn at(url: &str) -> std::io::Result<AMQPUri> {
        let settings = RabbitSettings {
            url: url.to_owned(),
            exchange: String::new(),
            queue_prefix: String::new(),
            confirm_timeout: Duration::ZERO,
            channels: Vec::new(),
        };
        settings.uri()
    }

    #[test]
    fn the_heartbeat_is_ours_unless_the_address_names_one() {
        let heartbeat = |url| at(url).expect("an address").query.heartbeat;
        assert_eq!(heartbeat("amqp://host/%2f"), Some(HEARTBEAT_SECONDS));
        assert_eq!(heartbeat("amqp://host/%2f?heartbeat=40"), Some(40));
    }

    #[test]
    fn an_address_that_is_none_is_refused_without_being_shown() {
        for wrong in ["", "amqp:guest:hunter2@host", "http://guest:hunter2@host"] {
            let refused = at(wrong).expect_err(wrong);
            assert!(!format!("{refused:?} {refused}").contains("hunter2"));
        }
    }
}
