//! What was published, and when.

use chrono::{DateTime, Utc};

use super::{ContentSchema, TemplateLimits, TemplateSnapshot};
use crate::NotificationType;

/// The type whose templates are the layouts and partials of all others.
///
/// # Panics
/// Never: it is a valid type.
pub fn shared_type() -> NotificationType {
    NotificationType::parse("_shared").expect("a valid type")
}

/// A type that has templates or a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateType {
    /// The type.
    pub notification_type: NotificationType,
    /// The version in use.
    pub current_version: Option<u64>,
    /// The greatest number that a version has had; 0 before the first.
    pub latest_version: u64,
    /// What its content should look like.
    pub schema: Option<ContentSchema>,
    /// Raised by each change of the schema.
    pub schema_revision: u64,
    /// Bytes of its drafts.
    pub draft_bytes: u64,
    /// Bytes of the version in use.
    pub current_bytes: u64,
    /// The greatest revision of a draft that was removed.
    pub last_revision: u64,
}

impl TemplateType {
    /// A type without anything.
    pub const fn new(notification_type: NotificationType) -> Self {
        Self {
            notification_type,
            current_version: None,
            latest_version: 0,
            schema: None,
            schema_revision: 0,
            draft_bytes: 0,
            current_bytes: 0,
            last_revision: 0,
        }
    }

    /// Whether it counts among the types that a tenant may have: it has drafts, a version in use or a schema.
    pub const fn holds_something(&self) -> bool {
        self.draft_bytes > 0 || self.current_version.is_some() || self.schema.is_some()
    }

    /// Whether a type may begin to hold something, beside all types of its tenant, of which `most` may.
    pub fn has_room(&self, all: &[Self], most: usize) -> bool {
        let is_known = all
            .iter()
            .any(|one| one.notification_type == self.notification_type);
        let held = all.iter().filter(|one| one.holds_something()).count();
        self.holds_something() || held < most && (is_known || all.len() < TemplateLimits::NAMES)
    }
}

/// A version without what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateHead {
    /// Its number, counted from 1 for each type.
    pub version: u64,
    /// The version whose templates it has: another than itself if it was made because `_shared` changed.
    pub content_version: u64,
    /// The version of `_shared` that it uses.
    pub shared_version: Option<u64>,
    /// Why it was made, in its editor's words.
    pub comment: Option<String>,
    /// Who made it.
    pub made_by: String,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// When it is to be published, while that is still to come.
    pub due_at: Option<DateTime<Utc>>,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
}

/// A version: all channels and locales of a type as they were when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateVersion {
    /// What is known of it.
    pub head: TemplateHead,
    /// What it holds.
    pub snapshot: TemplateSnapshot,
}

/// Where a version stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionState {
    /// New notifications use it.
    Current,
    /// It waits for its time.
    Scheduled,
    /// Another one has taken its place.
    Replaced,
    /// It waited for its time, and a newer one was published first; it never came into use.
    Superseded,
}

impl VersionState {
    /// The name in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Scheduled => "scheduled",
            Self::Replaced => "replaced",
            Self::Superseded => "superseded",
        }
    }
}

/// A version as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownVersion {
    /// What is known of it.
    pub head: TemplateHead,
    /// Where it stands.
    pub state: VersionState,
}

impl ShownVersion {
    /// By the current version of its type.
    pub fn of(head: TemplateHead, current: Option<u64>) -> Self {
        let state = match &head {
            head if head.due_at.is_some() => VersionState::Scheduled,
            head if head.published_at.is_none() => VersionState::Superseded,
            head if current == Some(head.version) => VersionState::Current,
            _ => VersionState::Replaced,
        };
        Self { head, state }
    }
}
