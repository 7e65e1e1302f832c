//! What the content of a type's notifications should look like.

/// A JSON Schema of the content of a type's notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentSchema {
    /// The schema (JSON Schema, draft 2020-12).
    pub schema: String,
    /// Whether content that violates it is refused.
    pub strict: bool,
}
