//! What rendering gives.

use campanile_domain::{Assigned, TextLevel, TextsUsed};
use campanile_templates::Message;

/// A notification in words, and where they come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worded {
    /// The words.
    pub message: Message,
    /// How particular they are.
    pub level: TextLevel,
    /// The published version of the tenant's templates, if one was used.
    pub version: Option<i64>,
    /// In which locale they are.
    pub locale: String,
    /// The variant that the reader was given, whether or not its template could be rendered.
    pub assigned: Option<Assigned>,
}

impl Worded {
    /// Where they come from, as an attempt remembers it.
    pub fn used(&self) -> TextsUsed {
        TextsUsed {
            level: self.level.name().to_owned(),
            version: self.version,
            locale: self.locale.clone(),
            variant: self.assigned.as_ref().map(|one| one.variant.clone()),
        }
    }
}
