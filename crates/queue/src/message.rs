//! What travels: ids, a version, and nothing personal.

use campanile_domain::{Channel, DispatchId, Lane, TenantId};
use serde::{Deserialize, Serialize};

/// Says that a dispatch row waits for a worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Whose it is.
    pub tenant: TenantId,
    /// The row.
    pub dispatch: DispatchId,
    /// How often the row has been published again; a message of an older epoch is void.
    pub epoch: i32,
    /// Through which channel its deliveries go.
    pub channel: Channel,
    /// In which lane it waits.
    pub lane: Lane,
    /// How many deliveries the row names, so that a worker knows what it is about to load.
    #[serde(default)]
    pub deliveries: usize,
    /// Whether a worker may have begun its calls before it was published again.
    #[serde(default)]
    pub suspect: bool,
}

/// Why bytes are not a message. Does not quote them: they may contain anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnreadableMessage {
    /// Another version of this program may have written it.
    #[error("its version is unknown to this worker")]
    UnknownVersion,
    /// No version of this program wrote it.
    #[error("it is not a message of this service")]
    Foreign,
}

/// The wire form: the version is the tag, so an old reader refuses a new message instead of
/// misreading it.
#[derive(Serialize, Deserialize)]
#[serde(tag = "v")]
enum Wire {
    #[serde(rename = "1")]
    V1(Message),
}

/// What every version has.
#[derive(Deserialize)]
struct Tag {
    v: String,
}

impl Message {
    /// The bytes that travel.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(&Wire::V1(self.clone())).expect("names and numbers always serialise")
    }

    /// Reads what [`Self::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`UnreadableMessage`] for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, UnreadableMessage> {
        match serde_json::from_slice(bytes) {
            Ok(Wire::V1(message)) => Ok(message),
            Err(_) => match serde_json::from_slice::<Tag>(bytes) {
                Ok(tag) if tag.v != "1" => Err(UnreadableMessage::UnknownVersion),
                _ => Err(UnreadableMessage::Foreign),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_survive_the_wire_and_strangers_do_not() {
        let message = Message {
            tenant: TenantId::parse("acme").expect("valid"),
            dispatch: DispatchId(uuid::Uuid::nil()),
            epoch: 3,
            channel: Channel::Webhook,
            lane: Lane::Default,
            deliveries: 1,
            suspect: true,
        };
        assert_eq!(
            Message::from_bytes(&message.to_bytes()).expect("own bytes"),
            message
        );
        for (bytes, why) in [
            (&b"{\"v\":\"2\"}"[..], UnreadableMessage::UnknownVersion),
            (b"{\"v\":\"1\"}", UnreadableMessage::Foreign),
            (b"{\"v\":1}", UnreadableMessage::Foreign),
            (b"\xff", UnreadableMessage::Foreign),
            (b"", UnreadableMessage::Foreign),
        ] {
            assert_eq!(Message::from_bytes(bytes), Err(why), "{bytes:?}");
        }
    }
}
