//! One event of a stream.

use serde::Serialize;
use serde_json::Value;

/// An event, in the form in which a WebSocket frame has it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Event {
    /// Its name, such as `notification`.
    pub(super) event: String,
    /// The notification's id, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    /// Its content.
    pub(super) data: Value,
}
