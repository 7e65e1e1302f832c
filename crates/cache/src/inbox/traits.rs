//! What a cache of inboxes must do.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::{Life, Mailbox};

/// A larger answer is not kept: a page of twenty takes about a tenth of it.
pub const MAX_ANSWER_BYTES: usize = 64 * 1_024;
/// More answers about one inbox are not kept, however many questions its user invents.
pub const MAX_ANSWERS_PER_INBOX: usize = 16;
/// Upper bound of the time that an answer is cached, for all settings.
pub const MAX_LIFE: Duration = Duration::from_secs(86_400);
/// For so long a writer that died keeps readers away from the cache: longer than any commit takes.
pub const MARK_LEASE: Duration = Duration::from_secs(30);

/// The right to keep one answer, taken before the database is asked; void after the next write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket(pub String);

/// A write under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteMark(pub String);

/// What the cache knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// The answer.
    Hit(Bytes),
    /// Nothing; ask the database, and keep its answer under this ticket.
    Miss(Ticket),
    /// The cache is unavailable, or a write is in progress: query the database, cache nothing.
    Bypass,
}

/// Keeps answers. No call fails: a cache that is away is a [`Look::Bypass`], soon.
#[async_trait]
pub trait InboxCache: Send + Sync + 'static {
    /// The answer to a question about an inbox, if one is true at `now`.
    async fn look(&self, whose: &Mailbox, question: &str, now: DateTime<Utc>) -> Look;

    /// Keeps an answer for its life, at most for [`MAX_LIFE`]; unless the ticket is void, the answer
    /// too large, or too many are kept of this inbox.
    async fn keep(
        &self,
        whose: &Mailbox,
        question: &str,
        ticket: Ticket,
        answer: Bytes,
        life: Life,
    );

    /// Voids all answers and tickets of these inboxes; for writes that are committed. When it
    /// returns, every node that can reach the cache sees none of them.
    async fn raise(&self, whose: &[Mailbox]);

    /// Marks a write that is about to begin: until [`InboxCache::end`], or for [`MARK_LEASE`],
    /// nothing of this inbox is found or kept.
    async fn begin(&self, whose: &Mailbox) -> WriteMark;

    /// Ends a write, whether it succeeded or not, and raises.
    async fn end(&self, whose: &Mailbox, mark: WriteMark);

    /// How many inboxes (in the process) or keys (on a server) are kept; `None` while it is away.
    async fn size(&self) -> Option<u64>;
}
