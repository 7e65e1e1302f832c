//! One stream as the hub sees it.

use std::sync::Arc;

use campanile_domain::{NotificationId, NotificationType};
use campanile_storage::{InboxItem, ItemsWanted};
use chrono::{DateTime, Utc};
use tokio::time::Instant;

use crate::cursor::{Cursor, MAX_KNOWN};
use crate::due::Sent;
use crate::openings::Turn;
use crate::outbox::Outbox;
use crate::{Credential, Ending, Event};

/// A stream of an inbox.
pub(crate) struct Member {
    pub(crate) id: u64,
    pub(crate) outbox: Arc<Outbox>,
    /// The notification types that it wants; `None`: all.
    pub(crate) types: Option<Box<[NotificationType]>>,
    pub(crate) opened_at: DateTime<Utc>,
    pub(crate) ends_at: Instant,
    /// Why it ends then.
    pub(crate) ends_because: Ending,
    /// What it ends with, whenever that is.
    pub(crate) credential: Option<Arc<dyn Credential>>,
    pub(crate) phase: Phase,
    /// Until its first event is there.
    pub(crate) turn: Option<Turn>,
}

impl Member {
    /// Whether what it was opened with has ended.
    pub(crate) fn has_lost_its_credential(&self) -> bool {
        let credential = self.credential.as_ref();
        credential.is_some_and(|credential| credential.has_ended())
    }
}

/// How far a stream has come.
pub(crate) enum Phase {
    /// It has just been opened and wants what happens from now on.
    New,
    /// It is sent what it has missed, a page at a time.
    Resuming(Box<Resuming>),
    /// It is sent what the shared cursor of its inbox finds, except what it has had already.
    Following(Vec<Sent>),
}

/// What a stream has missed. It is sent what is newer than its last event first, so that a client that is cut off
/// again and again gets on, and what may have become visible late after that.
pub(crate) struct Resuming {
    pub(crate) cursor: Cursor,
    pub(crate) late: Late,
    /// What the client gave.
    pub(crate) from: NotificationId,
    pub(crate) made_at: DateTime<Utc>,
    /// Where history begins, if that is later.
    pub(crate) gap: Option<DateTime<Utc>>,
    /// What was read since then is sent at the end.
    pub(crate) read_since: DateTime<Utc>,
    pub(crate) is_connected: bool,
    /// The last page of what is newer was sent.
    pub(crate) is_caught_up: bool,
}

/// What is not newer than the last event of the client, but may have become visible after it.
pub(crate) struct Late {
    pub(crate) after: NotificationId,
    pub(crate) up_to: NotificationId,
    /// The newest of those that were sent, and of those that became due.
    pub(crate) sent: Vec<Sent>,
    pub(crate) is_done: bool,
}

impl Resuming {
    /// What is asked for at first: all that is newer than the beginning of the overlap.
    pub(crate) fn first_items(&self) -> ItemsWanted {
        ItemsWanted::Newer {
            after: self.late.after,
            up_to: None,
            known: Vec::new(),
        }
    }
}

impl Late {
    /// Moves on behind these, which a query at `now` found.
    pub(crate) fn advance(&mut self, sent: &[NotificationId], has_more: bool, now: DateTime<Utc>) {
        self.after = sent.iter().max().copied().unwrap_or(self.after);
        self.is_done = !has_more;
        self.note(sent, now);
    }

    /// Remembers that these were sent.
    pub(crate) fn note(&mut self, sent: &[NotificationId], now: DateTime<Utc>) {
        self.sent
            .extend(sent.iter().map(|id| Sent { id: *id, at: now }));
        let excess = self.sent.len().saturating_sub(MAX_KNOWN);
        self.sent.drain(..excess);
    }
}

impl Member {
    /// The events for what a query has found, except for types that the stream does not want.
    pub(crate) fn events_of(
        &self,
        items: &[Arc<InboxItem>],
        is_new: impl Fn(&InboxItem) -> bool,
        is_cursor: impl Fn(NotificationId) -> bool,
    ) -> Vec<Event> {
        items
            .iter()
            .filter(|item| self.wants(&item.notification.notification_type))
            .filter(|item| is_new(item))
            .map(|item| Event::Notification {
                item: Arc::clone(item),
                is_cursor: is_cursor(item.notification.id),
            })
            .collect()
    }

    /// Whether its first event was sent.
    pub(crate) fn is_connected(&self) -> bool {
        match &self.phase {
            Phase::New => false,
            Phase::Resuming(resuming) => resuming.is_connected,
            Phase::Following(_) => true,
        }
    }

    fn wants(&self, kind: &NotificationType) -> bool {
        self.types.as_ref().is_none_or(|types| types.contains(kind))
    }
}
