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
    /// Whether somebody may have begun its calls before it was published again.
    #[serde(default)]
    pub suspect: bool,
}

/// Bytes that no version of this program wrote, or a version it does not know.
#[derive(Debug, thiserror::Error)]
#[error("unreadable message: {0}")]
pub struct UnreadableMessage(#[from] serde_json::Error);

/// The wire form: the version is the tag, so an old reader refuses a new message instead of
/// misreading it.
#[derive(Serialize, Deserialize)]
#[serde(tag = "v")]
enum Wire {
    #[serde(rename = "1")]
    V1(Message),
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
        let Wire::V1(message) = serde_json::from_slice(bytes)?;
        Ok(message)
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
        assert!(Message::from_bytes(b"{\"v\":\"2\"}").is_err());
        assert!(Message::from_bytes(b"\xff").is_err());
    }
}
