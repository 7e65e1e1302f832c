//! What an idempotency key keeps of the answer to its request.

use campanile_domain::{FanoutId, NotificationId};
use serde::{Deserialize, Serialize};

use crate::StorageError;

/// Ids and a count, from which the answer is made again. It names no recipient, so that none is left
/// after an erasure (ADR 0044).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum KeptAnswer {
    /// One for each recipient, in the order of the request.
    Notifications(Vec<NotificationId>),
    /// A send to a topic.
    Fanout {
        /// How many were subscribed when it was accepted.
        #[serde(rename = "accepted")]
        subscribers: u64,
        /// Id of the fan-out.
        #[serde(rename = "fanout_id")]
        id: FanoutId,
    },
}

impl KeptAnswer {
    /// The text that both back ends store. Rows of earlier versions have the same form.
    pub fn to_stored(&self) -> String {
        serde_json::to_string(self).expect("ids and numbers always serialise")
    }

    /// Reads back what was stored.
    ///
    /// # Errors
    /// [`StorageError::Undecodable`]: the text has another form.
    pub fn from_stored(text: &str) -> Result<Self, StorageError> {
        serde_json::from_str(text).map_err(|error| StorageError::Undecodable {
            table: "idempotency_keys",
            column: "response",
            detail: error.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_is_stored_is_read_back() {
        let id = Uuid::from_u128(7);
        let for_users = KeptAnswer::Notifications(vec![NotificationId(id), NotificationId(id)]);
        let for_topic = KeptAnswer::Fanout {
            id: FanoutId(id),
            subscribers: 100_000,
        };
        for (answer, stored) in [
            (for_users, format!(r#"["{id}","{id}"]"#)),
            (
                for_topic,
                format!(r#"{{"accepted":100000,"fanout_id":"{id}"}}"#),
            ),
        ] {
            assert_eq!(answer.to_stored(), stored);
            let read = KeptAnswer::from_stored(&stored);
            assert_eq!(read.expect("readable"), answer);
        }
        for text in ["", "[7]", r#"{"accepted":2}"#] {
            assert!(KeptAnswer::from_stored(text).is_err(), "{text}");
        }
    }
}
