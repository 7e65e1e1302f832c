//! Reading all is many writes to an inbox, each with a mark of its own: one for all of them could end
//! before they do.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use campanile_api::AnswerLives;
use campanile_cache::{InProcessInboxCache, InboxCache, Life, Look, Mailbox, Ticket, WriteMark};
use chrono::{DateTime, Utc};

use crate::support::{TestApi, message, send_json, user};

/// Counts the marks that have begun, and those that are there now.
struct Marks {
    cache: InProcessInboxCache,
    begun: AtomicUsize,
    there: AtomicUsize,
}

#[async_trait]
impl InboxCache for Marks {
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
        let cache = &self.cache;
        cache.keep(whose, question, ticket, answer, life).await;
    }

    async fn raise(&self, whose: &[Mailbox]) {
        self.cache.raise(whose).await;
    }

    async fn begin(&self, whose: &Mailbox) -> WriteMark {
        self.begun.fetch_add(1, Ordering::SeqCst);
        assert_eq!(
            self.there.fetch_add(1, Ordering::SeqCst),
            0,
            "one at a time"
        );
        self.cache.begin(whose).await
    }

    async fn end(&self, whose: &Mailbox, mark: WriteMark) {
        self.there.fetch_sub(1, Ordering::SeqCst);
        self.cache.end(whose, mark).await;
    }

    async fn size(&self) -> Option<u64> {
        self.cache.size().await
    }
}

#[tokio::test]
async fn every_step_has_a_mark_of_its_own() {
    let marks = Arc::new(Marks {
        cache: InProcessInboxCache::new(100),
        begun: AtomicUsize::new(0),
        there: AtomicUsize::new(0),
    });
    let api = TestApi::with_cache(marks.clone(), AnswerLives::default()).await;
    for _ in 0..501 {
        api.post(message(&["u1"]).to_string()).await;
    }
    let path = "/api/v1/notifications/read-all";
    let token = user("acme", "u1");
    let read = api.call(send_json("PUT", path, &token, "")).await;
    assert_eq!(read.json()["updated_count"], 501, "{}", read.text);
    // 500, one, and the look at what is older.
    assert_eq!(marks.begun.load(Ordering::SeqCst), 3);
    assert_eq!(marks.there.load(Ordering::SeqCst), 0);
    let left = api.get("/api/v1/notifications/count?unread_only=true", &token);
    assert_eq!(left.await.json()["count"], 0);
}
