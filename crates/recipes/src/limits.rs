//! How long texts may be, and which markup a service reads in them.

use serde::Deserialize;

/// What a length is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LengthUnit {
    Characters,
    Utf16,
    Bytes,
}

impl LengthUnit {
    pub(crate) fn length(self, text: &str) -> usize {
        match self {
            Self::Characters => text.chars().count(),
            Self::Utf16 => text.encode_utf16().count(),
            Self::Bytes => text.len(),
        }
    }
}

/// The longest text that a field takes. A longer one is cut between characters as people see them, and ends with `…`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limit {
    pub(crate) max: usize,
    pub(crate) unit: LengthUnit,
    /// Line breaks and tabs become spaces, and several spaces one.
    #[serde(default)]
    pub(crate) one_line: bool,
}

/// Which markup a service reads in texts. What is sent is escaped, so that it is shown as it was written and mentions
/// no group of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Markup {
    #[default]
    None,
    /// `&`, `<` and `>` are entities.
    Slack,
    /// A backslash takes a character's meaning.
    Markdown,
    /// Markdown, and mentions that no backslash stops.
    Mattermost,
    /// Links and mentions in angle brackets, without a way to escape them.
    GoogleChat,
}

/// Ends a link or mention that would begin here, and is not seen.
const BREAK: char = '\u{200b}';

impl Markup {
    /// Whether an escape within a link would change where it leads.
    pub(crate) const fn keeps_links(self) -> bool {
        matches!(self, Self::Markdown | Self::Mattermost)
    }

    pub(crate) fn push(self, text: &mut String, c: char) {
        match (self, c) {
            (Self::Slack, '&') => text.push_str("&amp;"),
            (Self::Slack, '<') => text.push_str("&lt;"),
            (Self::Slack, '>') => text.push_str("&gt;"),
            (Self::GoogleChat, '<') => text.extend([c, BREAK]),
            (Self::Mattermost, '@' | '<') => text.extend(['\\', c, BREAK]),
            (
                Self::Markdown | Self::Mattermost,
                '\\' | '*' | '_' | '~' | '`' | '|' | '>' | '#' | '[' | ']' | '(' | ')' | '<',
            ) => text.extend(['\\', c]),
            _ => text.push(c),
        }
    }
}
