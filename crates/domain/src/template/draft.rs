//! What an editor works on.

use chrono::{DateTime, Utc};

use super::TemplateParts;
use crate::{Channel, NotificationType};

/// Which template: that of a type, for a channel, in a language.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TemplateKey {
    /// The type, or `_shared` for layouts and partials.
    pub notification_type: NotificationType,
    /// The channel.
    pub channel: Channel,
    /// A language tag in its one spelling.
    pub locale: String,
}

/// A template that is being edited. It stays when it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateDraft {
    /// Which one.
    pub key: TemplateKey,
    /// What stands in it.
    pub parts: TemplateParts,
    /// Raised by each change.
    pub revision: u64,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Who changed it.
    pub updated_by: String,
}

/// A draft without its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateDraftHead {
    /// Which one.
    pub key: TemplateKey,
    /// Raised by each change.
    pub revision: u64,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Who changed it.
    pub updated_by: String,
}
