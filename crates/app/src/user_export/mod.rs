//! Everything that is stored about a user, as JSON lines: for the person, who may ask for it.

mod lines;
mod page;

use campanile_domain::{Act, AuditAction, NotificationId, TenantId, TopicKey, UserId};
use campanile_pipeline::{AuditEntry, record_act};
use campanile_storage::{Storage, StorageError};

pub use page::page;

/// Bytes of a page after which it ends; the notification that crosses the line is still in it.
pub const PAGE_BYTES: usize = 1024 * 1024;

/// Some lines of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportPage {
    /// Objects with a `kind`, one a line.
    pub lines: String,
    /// The last line of the page, where others may follow.
    pub next: Option<ExportCursor>,
}

/// The last line that the caller has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExportCursor {
    /// A topic. Others follow, and all notifications.
    Topic(TopicKey),
    /// A notification.
    Notification(NotificationId),
}

/// What the ids of topics begin with.
const TOPIC: &str = "topic:";

impl ExportCursor {
    /// Reads the `id` of a line.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix(TOPIC) {
            Some(topic) => TopicKey::parse(topic).ok().map(Self::Topic),
            None => {
                let id = text.parse().ok()?;
                Some(Self::Notification(NotificationId(id)))
            }
        }
    }
}

/// Notes in the audit log that an operator exports a user, before anything is handed out.
///
/// # Errors
/// [`StorageError`].
pub async fn record(
    storage: &dyn Storage,
    tenant: &TenantId,
    user: &UserId,
    act: &Act,
) -> Result<(), StorageError> {
    let target = format!("user/{user}");
    let entry = AuditEntry::new(tenant, act, AuditAction::UserExport, target);
    record_act(storage, entry).await
}
