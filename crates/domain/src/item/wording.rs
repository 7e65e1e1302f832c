//! Where the texts of a notification come from.

use serde::{Deserialize, Serialize};

/// How particular the words are. If one level has none or fails, the next one is used, so there are always some.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextLevel {
    /// A template that the tenant has published.
    Stored,
    /// The words that are built in for the notification type.
    BuiltIn,
    /// The words that are built in for any type.
    Generic,
    /// Type and content as text, without any template.
    Emergency,
}

impl TextLevel {
    /// Every level, most particular first.
    pub const ALL: [Self; 4] = [Self::Stored, Self::BuiltIn, Self::Generic, Self::Emergency];

    /// The name used in answers, rows and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::BuiltIn => "built_in",
            Self::Generic => "generic",
            Self::Emergency => "emergency",
        }
    }
}

/// Which words an attempt used. Stored as JSON within it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextsUsed {
    /// Where they come from, as [`TextLevel::name`] says it: a later release may know more levels.
    pub level: String,
    /// The published version of the tenant's templates, if one was used.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub version: Option<i64>,
    /// In which locale.
    pub locale: String,
    /// The variant, where wordings are compared.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub variant: Option<String>,
}
