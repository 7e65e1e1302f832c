//! A user's inbox: notifications whose channels include `in_app` and whose `send_at` has come, but for
//! those that are put off or deleted.

use async_trait::async_trait;
use campanile_domain::{
    DeliveryState, InboxMarks, Notification, NotificationId, NotificationType, TenantId, UserId,
};
use chrono::{DateTime, Utc};

use crate::{PageSize, Search, StorageError};

/// Which notifications.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct InboxFilter {
    /// Only those not read.
    pub unread_only: bool,
    /// Only this type.
    pub notification_type: Option<NotificationType>,
    /// Made at or after.
    pub from: Option<DateTime<Utc>>,
    /// Made before.
    pub to: Option<DateTime<Utc>>,
    /// Those in the archive instead of those that are not.
    pub archived: bool,
    /// Of the newest [`Search::OPENED`] that match the rest, only those that say this.
    pub search: Option<Search>,
}

impl InboxFilter {
    /// Whether the same question comes again, so that its answer is worth keeping. Spans of time are
    /// asked for with ever new bounds and searches with ever new words.
    pub fn recurs(&self) -> bool {
        self.from.is_none() && self.to.is_none() && self.search.is_none()
    }
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageStart {
    /// After so many of the newest.
    Offset(u32),
    /// After (older than) this notification.
    After(NotificationId),
}

/// One entry of an inbox.
#[derive(Debug, Clone, PartialEq)]
pub struct InboxItem {
    /// The notification.
    pub notification: Notification,
    /// What the user did with it.
    pub marks: InboxMarks,
    /// When the row last changed.
    pub updated_at: DateTime<Utc>,
    /// The states of its deliveries, for the derived status.
    pub delivery_states: Vec<DeliveryState>,
}

impl InboxItem {
    /// Since when the inbox shows it by itself: it reached its `send_at`, or its snooze ended. `None`: since its
    /// creation.
    pub fn due_at(&self) -> Option<DateTime<Utc>> {
        self.notification.send_at.max(self.marks.snoozed_until)
    }

    /// Bytes of its texts, which are what a [`PageSize`] bounds.
    pub fn bytes(&self) -> usize {
        self.notification.text_bytes()
    }
}

/// A page, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct InboxPage {
    /// As many as its size lets in.
    pub items: Vec<InboxItem>,
    /// All that match, pages aside.
    pub total: u64,
    /// Whether older notifications follow.
    pub has_more: bool,
    /// See [`InboxCount::changes_at`].
    pub changes_at: Option<DateTime<Utc>>,
}

/// How many match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InboxCount {
    /// Exact.
    pub count: u64,
    /// The earliest time after the query at which the inbox changes without a write: a notification reaches its
    /// `send_at`, or its snooze ends. No answer may be cached beyond it. Not computed if the filter does not
    /// [recur](InboxFilter::recurs).
    pub changes_at: Option<DateTime<Utc>>,
}

/// Reads a user's inbox. Every query is limited to one tenant and one user.
#[async_trait]
pub trait Inbox: Send + Sync {
    /// A page, newest first.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn inbox_page(
        &self,
        tenant: &TenantId,
        user: &UserId,
        filter: &InboxFilter,
        start: PageStart,
        size: PageSize,
        now: DateTime<Utc>,
    ) -> Result<InboxPage, StorageError>;

    /// How many match; exact.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn inbox_count(
        &self,
        tenant: &TenantId,
        user: &UserId,
        filter: &InboxFilter,
        now: DateTime<Utc>,
    ) -> Result<InboxCount, StorageError>;
}
