//! No cache at all.

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::{InboxCache, Life, Look, Mailbox, Ticket, WriteMark};

/// Keeps nothing; for a cluster without Redis, where a cache per node would go stale.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoInboxCache;

#[async_trait]
impl InboxCache for NoInboxCache {
    async fn look(&self, _: &Mailbox, _: &str, _: DateTime<Utc>) -> Look {
        Look::Bypass
    }

    async fn keep(&self, _: &Mailbox, _: &str, _: Ticket, _: Bytes, _: Life) {}

    async fn raise(&self, _: &[Mailbox]) {}

    async fn begin(&self, _: &Mailbox) -> WriteMark {
        WriteMark(String::new())
    }

    async fn end(&self, _: &Mailbox, _: WriteMark) {}

    async fn size(&self) -> Option<u64> {
        Some(0)
    }
}
