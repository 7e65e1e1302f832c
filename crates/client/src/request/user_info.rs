//! The user who caused an event.

use serde::{Deserialize, Serialize};

/// Who did what others are notified of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserInfo {
    /// The tenant's own id.
    pub user_id: String,
    /// The handle.
    pub username: String,
    /// The name that people read.
    pub display_name: String,
}

impl UserInfo {
    /// A user with id and names.
    pub fn new(
        user_id: impl Into<String>,
        username: impl Into<String>,
        display_name: impl Into<String>,
    ) -> Self {
        Self {
            user_id: user_id.into(),
            username: username.into(),
            display_name: display_name.into(),
        }
    }
}
