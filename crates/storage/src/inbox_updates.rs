//! What is new in the inboxes of users who have a stream open.

use async_trait::async_trait;
use campanile_domain::{NotificationId, TenantId, UserId};
use chrono::{DateTime, Utc};

use crate::{InboxItem, PageSize, StorageError};

/// Of so many of the newest notifications, the read ones are listed on request ([`UpdatesWanted::read_since`]).
pub const READ_AMONG: u32 = 100;

/// One question about one inbox. Several questions may be about the same one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdatesWanted {
    /// Whose.
    pub tenant: TenantId,
    /// And of which user.
    pub user: UserId,
    /// Which notifications.
    pub items: ItemsWanted,
    /// Also the numbers: [`UpdatesFound::total`], [`UpdatesFound::unread`] and [`UpdatesFound::changes_at`]. Of several
    /// questions about an inbox, one asks for them.
    pub counts: bool,
    /// Also which of the newest [`READ_AMONG`] were read at or after this moment.
    pub read_since: Option<DateTime<Utc>>,
}

/// The notifications that a question is about; of them, those that the inbox shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ItemsWanted {
    /// By their ids, in the order of ids.
    Newer {
        /// With a greater id. Ids become visible out of order: start a while before the newest that is known.
        after: NotificationId,
        /// Up to this one.
        up_to: Option<NotificationId>,
        /// But not these.
        known: Vec<NotificationId>,
    },
    /// Those that the inbox shows by itself since a moment, in the order of [`InboxItem::due_at`] and ids.
    Due {
        /// With a later moment than this, or with the same moment and a greater id.
        after: (DateTime<Utc>, NotificationId),
        /// Only those with this id or a smaller one.
        up_to: Option<NotificationId>,
    },
}

/// The answer to one question.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UpdatesFound {
    /// In the order of [`ItemsWanted`], as many as fit.
    pub items: Vec<InboxItem>,
    /// Whether more follow.
    pub has_more: bool,
    /// All that the inbox shows; 0 unless [`UpdatesWanted::counts`] asks for it, as the next two.
    pub total: u64,
    /// Those of them that are not read.
    pub unread: u64,
    /// See [`InboxCount::changes_at`](crate::InboxCount::changes_at).
    pub changes_at: Option<DateTime<Utc>>,
    /// What [`UpdatesWanted::read_since`] asks for, in no order.
    pub read: Vec<NotificationId>,
}

/// Bounds of the answers to many questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UpdatesSize {
    /// Of each answer.
    pub each: PageSize,
    /// Bytes of all answers together. The answer that reaches them is the last.
    pub bytes: usize,
}

/// Reads many inboxes at once.
#[async_trait]
pub trait InboxUpdates: Send + Sync {
    /// Answers questions about inboxes of any tenants, in order. The result is shorter than `wanted` if the answers
    /// reach [`UpdatesSize::bytes`]; the first is always answered.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn inbox_updates(
        &self,
        wanted: &[UpdatesWanted],
        size: UpdatesSize,
        now: DateTime<Utc>,
    ) -> Result<Vec<UpdatesFound>, StorageError>;
}
