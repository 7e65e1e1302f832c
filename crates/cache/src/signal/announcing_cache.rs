//! A cache of inboxes whose writers also announce their changes.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::InboxSignal;
use crate::{InboxCache, Life, Look, Mailbox, Ticket, WriteMark};

/// Announces each change after its cached answers are revoked, so that a listener that asks finds none of
/// them.
pub struct AnnouncingInboxCache {
    cache: Arc<dyn InboxCache>,
    signal: Arc<dyn InboxSignal>,
}

impl AnnouncingInboxCache {
    /// Over a cache; announces through `signal`.
    pub fn new(cache: Arc<dyn InboxCache>, signal: Arc<dyn InboxSignal>) -> Self {
        Self { cache, signal }
    }
}

#[async_trait]
impl InboxCache for AnnouncingInboxCache {
    async fn look(&self, whose: &Mailbox, question: &str, now: DateTime<Utc>) -> Look {
        self.cache.look(whose, question, now).await
    }

    async fn keep(
        &self,
        whose: &Mailbox,
        question: &str,
        ticket: Ticket,
        answer: Bytes,
        life: Life,
    ) {
        self.cache.keep(whose, question, ticket, answer, life).await;
    }

    async fn raise(&self, whose: &[Mailbox]) {
        self.cache.raise(whose).await;
        self.signal.changed(whose);
    }

    async fn begin(&self, whose: &Mailbox) -> WriteMark {
        self.cache.begin(whose).await
    }

    async fn end(&self, whose: &Mailbox, mark: WriteMark) {
        self.cache.end(whose, mark).await;
        self.signal.changed(std::slice::from_ref(whose));
    }

    async fn size(&self) -> Option<u64> {
        self.cache.size().await
    }
}
