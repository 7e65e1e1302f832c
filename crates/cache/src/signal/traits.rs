//! What a signal must do.

use async_trait::async_trait;
use campanile_domain::{NotificationId, NotificationType};
use chrono::{DateTime, Utc};

use super::Heard;
use crate::Mailbox;

/// What a user has marked as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// These notifications.
    These(Vec<NotificationId>),
    /// Everything that the inbox showed.
    All(AllRead),
    /// Some notifications, and it is not known which.
    Some,
}

/// A user marked everything as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllRead {
    /// Only notifications of this type; `None`: of every type.
    pub notification_type: Option<NotificationType>,
    /// When the call began. Notifications that were created later are not meant.
    pub before: DateTime<Utc>,
}

/// Tells the nodes that watch an inbox that it has changed.
///
/// The listener is one task of a process; [`InboxSignal::heard`] hands each change to one caller.
#[async_trait]
pub trait InboxSignal: Send + Sync + 'static {
    /// Announces that these inboxes changed; for writes that are committed. Returns at once and never fails.
    /// Announcements of the same inbox may be merged.
    fn changed(&self, whose: &[Mailbox]);

    /// Announces a change like [`InboxSignal::changed`], and what was read. A detail that does not fit is dropped and
    /// reported by [`Changes::details_lost`](super::Changes).
    fn read(&self, whose: &Mailbox, what: Read);

    /// Announces a change like [`InboxSignal::changed`], and that the entry of this notification is to be shown again: it
    /// was marked as unread, or put back into the list. What does not fit is dropped, see
    /// [`Changes::returned`](super::Changes).
    fn returned(&self, whose: &Mailbox, id: NotificationId);

    /// Starts to watch an inbox. Calls are counted. When it returns, every change that is committed from now on is
    /// heard, or [`Heard::missed`] is; it does not wait for a server that is unavailable.
    async fn watch(&self, whose: &Mailbox);

    /// Takes one [`InboxSignal::watch`] back. What is watched no more is not heard.
    fn unwatch(&self, whose: &Mailbox);

    /// Waits until something was heard, and returns everything since the last call. Cancelling it loses nothing.
    async fn heard(&self) -> Heard;
}
