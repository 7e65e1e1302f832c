//! What an inbox shows by itself: notifications that reached their `send_at` or returned from a snooze.
//!
//! Their ids may be old, and the same one may return more than once. They are therefore read in the order of the moments
//! at which they became due, from where the last read ended, and not by what a cursor knows.

use campanile_domain::NotificationId;
use campanile_storage::{InboxItem, ItemsWanted};
use chrono::{DateTime, Utc};

/// A notification, and the time of the query that found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sent {
    pub(crate) id: NotificationId,
    pub(crate) at: DateTime<Utc>,
}

impl Sent {
    /// Whether this has been sent as it is now: it has not become due since.
    pub(crate) fn covers(&self, item: &InboxItem) -> bool {
        self.id == item.notification.id && item.due_at().is_none_or(|due_at| due_at <= self.at)
    }
}

/// How far that has been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DueRead {
    /// Up to this moment and, of it, up to this id.
    after: (DateTime<Utc>, NotificationId),
    /// Only these; greater ids are found as what is newer.
    up_to: Option<NotificationId>,
    /// There is something to be read.
    pub(crate) is_open: bool,
    /// After this read, another one begins at this moment.
    then_since: Option<DateTime<Utc>>,
}

impl DueRead {
    /// Nothing is to be read; what becomes due after this moment will be.
    pub(crate) fn done_at(moment: DateTime<Utc>) -> Self {
        Self {
            after: (moment, NotificationId::LAST),
            up_to: None,
            is_open: false,
            then_since: None,
        }
    }

    /// To be read by a stream that resumes: what became due since this moment, and is not newer than this id.
    pub(crate) fn missed_since(moment: DateTime<Utc>, up_to: NotificationId) -> Self {
        Self {
            up_to: Some(up_to),
            is_open: true,
            ..Self::done_at(moment)
        }
    }

    /// Something has become due. It may have any id; a read that leaves some out is followed by another, of what became
    /// due since this moment.
    pub(crate) fn open(&mut self, since: DateTime<Utc>) {
        if self.is_open && self.up_to.is_some() {
            self.then_since.get_or_insert(since);
        }
        self.is_open = true;
    }

    /// Unless something is to be read: what became due up to this moment has been sent as news.
    pub(crate) fn settle(&mut self, moment: DateTime<Utc>) {
        if !self.is_open && self.after.0 < moment {
            *self = Self::done_at(moment);
        }
    }

    /// What to ask for.
    pub(crate) fn wanted(&self) -> ItemsWanted {
        ItemsWanted::Due {
            after: self.after,
            up_to: self.up_to,
        }
    }

    /// Moves on behind this page, of which this is the last; a query at `now` found it.
    pub(crate) fn advance(&mut self, last: Option<&InboxItem>, has_more: bool, now: DateTime<Utc>) {
        if has_more {
            let place = last.and_then(|item| Some((item.due_at()?, item.notification.id)));
            self.after = place.unwrap_or(self.after);
            return;
        }
        let next = self.then_since.take();
        *self = Self {
            is_open: next.is_some(),
            ..Self::done_at(next.unwrap_or(now))
        };
    }
}
