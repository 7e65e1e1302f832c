//! A button beside a notification.

use serde::{Deserialize, Serialize};

use crate::Link;

/// What a user can do about a notification: a button that opens a link. Stored as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Action {
    /// The sender's name for it; unique within the notification.
    pub id: String,
    /// What the button says.
    pub title: String,
    /// What it opens.
    pub link: Link,
}

impl Action {
    /// A notification has so many at most: phones show no more.
    pub const MOST: usize = 3;
    /// The longest id, in bytes.
    pub const MAX_ID_BYTES: usize = 64;
    /// The longest title, in bytes. Phones show about 20 letters.
    pub const MAX_TITLE_BYTES: usize = 128;

    /// A list of them as it is stored; an empty one takes no place.
    pub fn to_stored(actions: &[Self]) -> Option<String> {
        if actions.is_empty() {
            return None;
        }
        Some(serde_json::to_string(actions).expect("texts can be written"))
    }

    /// Reads what [`Self::to_stored`] wrote.
    ///
    /// # Errors
    /// It is no such list.
    pub fn from_stored(stored: Option<&str>) -> Result<Vec<Self>, serde_json::Error> {
        stored.map_or_else(|| Ok(Vec::new()), serde_json::from_str)
    }

    /// Bytes of its texts.
    pub fn bytes(&self) -> usize {
        self.id.len() + self.title.len() + self.link.as_str().len()
    }
}
