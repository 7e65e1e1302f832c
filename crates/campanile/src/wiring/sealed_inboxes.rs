//! A cache of inboxes on a server, whose answers are sealed with their tenant's key.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use campanile_cache::{InboxCache, Life, Look, Mailbox, Ticket, WriteMark};
use campanile_sealing::KeyRing;
use campanile_storage::Storage;
use chrono::{DateTime, Utc};
use secrecy::ExposeSecret;

/// Seals what it keeps, and opens what it finds.
pub(crate) struct SealedInboxCache {
    pub(crate) cache: Arc<dyn InboxCache>,
    pub(crate) ring: Arc<KeyRing>,
    /// Looks keys up that are not known.
    pub(crate) storage: Arc<dyn Storage>,
}

/// Apart from the answers that a process without sealing keeps, which could not read these.
fn sealed(question: &str) -> String {
    format!("sealed/{question}")
}

/// An answer is of no use as that to another question, or of another user.
fn purpose(whose: &Mailbox, question: &str) -> String {
    format!("inbox/{}/{question}", whose.user)
}

#[async_trait]
impl InboxCache for SealedInboxCache {
    async fn look(&self, whose: &Mailbox, question: &str, now: DateTime<Utc>) -> Look {
        match self.cache.look(whose, &sealed(question), now).await {
            Look::Hit(kept) => {
                if self.storage.know_keys(&whose.tenant).await.is_err() {
                    return Look::Bypass;
                }
                let keys = self.ring.known(&whose.tenant);
                let opened = keys.and_then(|keys| keys.open(&purpose(whose, question), &kept).ok());
                // Its key is gone: it ends by itself.
                opened.map_or(Look::Bypass, |plain| {
                    Look::Hit(Bytes::copy_from_slice(plain.expose_secret()))
                })
            }
            other => other,
        }
    }

    async fn keep(
        &self,
        whose: &Mailbox,
        question: &str,
        ticket: Ticket,
        answer: Bytes,
        life: Life,
    ) {
        // Not kept is not wrong.
        if self.storage.know_keys(&whose.tenant).await.is_ok()
            && let Some(keys) = self.ring.known(&whose.tenant)
            && let Ok(kept) = keys.seal(&purpose(whose, question), &answer)
        {
            let question = sealed(question);
            self.cache
                .keep(whose, &question, ticket, kept.into(), life)
                .await;
        }
    }

    async fn raise(&self, whose: &[Mailbox]) {
        self.cache.raise(whose).await;
    }

    async fn begin(&self, whose: &Mailbox) -> WriteMark {
        self.cache.begin(whose).await
    }

    async fn end(&self, whose: &Mailbox, mark: WriteMark) {
        self.cache.end(whose, mark).await;
    }

    async fn size(&self) -> Option<u64> {
        self.cache.size().await
    }
}
