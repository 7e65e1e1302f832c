//! The cache of one process: the least recently used inboxes make way.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use super::{
    InboxCache, Life, Look, MAX_ANSWER_BYTES, MAX_ANSWERS_PER_INBOX, MAX_LIFE, Mailbox, Ticket,
    WriteMark,
};

/// What is kept of one inbox. Its ticket is never given out again: after a raise the next reader
/// finds another slot, and what is kept under the old ticket goes nowhere.
struct Slot {
    ticket: String,
    answers: Mutex<HashMap<String, Kept>>,
}

struct Kept {
    answer: Bytes,
    life: Life,
}

/// For `up`, where every reader and writer is in this process.
pub struct InProcessInboxCache {
    slots: Cache<Mailbox, Arc<Slot>>,
    /// Writes under way, by inbox and number. A writer cannot die alone here, so they have no lease.
    writing: Mutex<HashSet<(Mailbox, u64)>>,
    next: AtomicU64,
}

impl InProcessInboxCache {
    /// Keeps answers about at most `inboxes`.
    pub fn new(inboxes: u64) -> Self {
        Self {
            slots: Cache::builder()
                .max_capacity(inboxes)
                .eviction_policy(EvictionPolicy::lru())
                .time_to_live(MAX_LIFE)
                .build(),
            writing: Mutex::default(),
            next: AtomicU64::new(0),
        }
    }

    fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// The slot of an inbox, created if necessary; none during a write. The lock makes checking for writers and
    /// creating the slot one step.
    fn open(&self, whose: &Mailbox) -> Option<Arc<Slot>> {
        let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        if writing.iter().any(|(mailbox, _)| mailbox == whose) {
            return None;
        }
        let slot = self.slots.entry_by_ref(whose).or_insert_with(|| {
            Arc::new(Slot {
                ticket: self.number().to_string(),
                answers: Mutex::default(),
            })
        });
        Some(slot.into_value())
    }
}

#[async_trait]
impl InboxCache for InProcessInboxCache {
    async fn look(&self, whose: &Mailbox, question: &str, now: DateTime<Utc>) -> Look {
        let Some(slot) = self.open(whose) else {
            return Look::Bypass;
        };
        let mut answers = slot.answers.lock().unwrap_or_else(PoisonError::into_inner);
        match answers.get_mut(question) {
            Some(kept) if now < kept.life.ends => {
                kept.life = kept.life.prolonged(now).unwrap_or(kept.life);
                Look::Hit(kept.answer.clone())
            }
            _ => Look::Miss(Ticket(slot.ticket.clone())),
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
        let slot = self.slots.get(whose).filter(|slot| slot.ticket == ticket.0);
        let Some(slot) = slot.filter(|_| answer.len() <= MAX_ANSWER_BYTES) else {
            return;
        };
        let mut answers = slot.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() < MAX_ANSWERS_PER_INBOX || answers.contains_key(question) {
            // A slice of a larger buffer would keep all of it.
            let answer = Bytes::copy_from_slice(&answer);
            answers.insert(question.to_owned(), Kept { answer, life });
        }
    }

    async fn raise(&self, whose: &[Mailbox]) {
        for mailbox in whose {
            self.slots.invalidate(mailbox);
        }
    }

    async fn begin(&self, whose: &Mailbox) -> WriteMark {
        let number = self.number();
        let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        writing.insert((whose.clone(), number));
        self.slots.invalidate(whose);
        WriteMark(number.to_string())
    }

    async fn end(&self, whose: &Mailbox, mark: WriteMark) {
        self.slots.invalidate(whose);
        if let Ok(number) = mark.0.parse() {
            let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
            writing.remove(&(whose.clone(), number));
        }
    }

    async fn size(&self) -> Option<u64> {
        self.slots.run_pending_tasks();
        Some(self.slots.entry_count())
    }
}
