//! What a stream tells its client.

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::NotificationId;
use campanile_storage::InboxItem;
use chrono::{DateTime, Utc};

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// The first: the stream is open, and everything that is committed from now on follows.
    Connection {
        /// Notifications of the inbox that are not read.
        unread: u64,
        /// All notifications of the inbox.
        total: u64,
        /// Whether the client asked to resume.
        resumed: bool,
        /// Where to resume if the connection breaks before a notification has come.
        cursor: NotificationId,
    },
    /// A notification arrived, or returned.
    Notification {
        /// As the inbox lists it.
        item: Arc<InboxItem>,
        /// Whether a client that breaks off now can resume after it. It cannot after one that came late, because
        /// others with greater ids have been sent.
        is_cursor: bool,
    },
    /// These were read.
    Read(Vec<NotificationId>),
    /// Everything was read.
    AllRead {
        /// Except notifications that were created later.
        before: DateTime<Utc>,
    },
    /// The numbers of notifications have changed.
    Count {
        /// Those that are not read.
        unread: u64,
        /// All.
        total: u64,
    },
    /// What is older than this is no longer kept, so the client may have missed some of it.
    Gap {
        /// From when on nothing is missing.
        since: DateTime<Utc>,
    },
    /// Nothing has happened, but the connection works.
    Heartbeat,
    /// The last.
    End(Ending),
}

impl Event {
    /// Bytes that it takes, about.
    pub fn bytes(&self) -> usize {
        let more = match self {
            // A stream has one of them at a time.
            Self::Heartbeat | Self::End(_) => return 0,
            Self::Notification { item, .. } => size_of::<InboxItem>() + item.bytes(),
            Self::Read(ids) => size_of_val(ids.as_slice()),
            Self::Connection { .. }
            | Self::AllRead { .. }
            | Self::Count { .. }
            | Self::Gap { .. } => 0,
        };
        size_of::<Self>() + more
    }
}

/// Why a stream ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// It has lived as long as streams do.
    Life,
    /// The client's token is no longer valid.
    TokenExpired,
    /// The client is too far behind.
    TooSlow,
    /// The inbox cannot be read.
    Failed,
    /// The process shuts down.
    Draining {
        /// When the client should reconnect. It differs from stream to stream, so that not all come back at once.
        reconnect_in: Duration,
    },
}

impl Ending {
    /// Its name in events and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Life => "stream_ended",
            Self::TokenExpired => "token_expired",
            Self::TooSlow => "client_too_slow",
            Self::Failed => "inbox_unreadable",
            Self::Draining { .. } => "shutting_down",
        }
    }
}
