//! Where a webhook's JSON says what.

use serde::{Deserialize, Serialize};

/// JSON pointers (RFC 6901) into the body of a webhook. What a pointer finds is taken as text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IngestMapping {
    /// The title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The body text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// What a click opens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// A priority or a level by its name; anything else is the address's own priority.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// What belongs together: each notification of a group takes the place of the one before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Whether the group is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// The text at `status` that says so; `resolved` if none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolved: Option<String>,
}

impl IngestMapping {
    /// The longest pointer, in bytes.
    pub const MAX_POINTER_BYTES: usize = 256;

    /// The text at `status` that ends a group.
    pub fn resolved(&self) -> &str {
        self.resolved.as_deref().unwrap_or("resolved")
    }
}
