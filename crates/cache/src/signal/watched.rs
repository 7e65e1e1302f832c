//! The inboxes that this process watches, and what was heard about them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use campanile_domain::NotificationId;
use tokio::sync::Notify;

use super::{Heard, Read};
use crate::Mailbox;

/// What every kind of signal keeps in the process. It holds one entry per watched inbox and one per inbox that was
/// heard of, so it is bounded by the open streams, however much is announced and however slowly the listener asks.
#[derive(Default)]
pub struct Watched {
    state: Mutex<State>,
    /// How many inboxes are watched; most announcements in a process without streams end here.
    size: AtomicUsize,
    heard: Notify,
}

#[derive(Default)]
struct State {
    watches: HashMap<Mailbox, usize>,
    heard: Heard,
}

impl Watched {
    /// Counts a watch; `true` if it is the first of its inbox.
    pub fn watch(&self, whose: &Mailbox) -> bool {
        let mut state = self.state();
        let count = state.watches.entry(whose.clone()).or_default();
        *count += 1;
        let is_first = *count == 1;
        self.size.store(state.watches.len(), Ordering::SeqCst);
        is_first
    }

    /// Takes a watch back; `true` if it was the last of its inbox.
    pub fn unwatch(&self, whose: &Mailbox) -> bool {
        let mut state = self.state();
        let Some(count) = state.watches.get_mut(whose) else {
            return false;
        };
        *count -= 1;
        if *count > 0 {
            return false;
        }
        state.watches.remove(whose);
        state.heard.changed.remove(whose);
        self.size.store(state.watches.len(), Ordering::SeqCst);
        true
    }

    /// Whether this inbox is watched.
    pub fn is_watched(&self, whose: &Mailbox) -> bool {
        !self.is_empty() && self.state().watches.contains_key(whose)
    }

    /// How many inboxes are watched.
    pub fn len(&self) -> usize {
        self.size.load(Ordering::SeqCst)
    }

    /// Whether no inbox is watched.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Hears of changes of inboxes; those that are not watched are left out.
    pub fn changed<'a>(&self, whose: impl IntoIterator<Item = &'a Mailbox>) {
        if self.is_empty() {
            return;
        }
        let mut state = self.state();
        let State { watches, heard } = &mut *state;
        let mut is_heard = false;
        for mailbox in whose {
            if watches.contains_key(mailbox) {
                is_heard = true;
                if !heard.changed.contains_key(mailbox) {
                    heard.changed.insert(mailbox.clone(), Default::default());
                }
            }
        }
        drop(state);
        if is_heard {
            self.heard.notify_one();
        }
    }

    /// Hears of a change, and what was read.
    pub fn read(&self, whose: &Mailbox, what: Read) {
        if self.is_empty() {
            return;
        }
        let mut state = self.state();
        if state.watches.contains_key(whose) {
            let changes = state.heard.changed.entry(whose.clone()).or_default();
            changes.add(what);
            drop(state);
            self.heard.notify_one();
        }
    }

    /// Hears of a change, and of notifications that are to be shown again.
    pub fn returned(&self, whose: &Mailbox, ids: impl IntoIterator<Item = NotificationId>) {
        if self.is_empty() {
            return;
        }
        let mut state = self.state();
        if state.watches.contains_key(whose) {
            let changes = state.heard.changed.entry(whose.clone()).or_default();
            changes.add_returned(ids);
            drop(state);
            self.heard.notify_one();
        }
    }

    /// Hears of a change, and that more was read than is named.
    pub fn details_lost(&self, whose: &Mailbox) {
        let mut state = self.state();
        if state.watches.contains_key(whose) {
            let changes = state.heard.changed.entry(whose.clone()).or_default();
            changes.details_lost = true;
            drop(state);
            self.heard.notify_one();
        }
    }

    /// Hears that announcements may have been lost.
    pub fn missed(&self) {
        self.state().heard.missed = true;
        self.heard.notify_one();
    }

    /// Waits until something was heard, and takes it all.
    pub async fn next(&self) -> Heard {
        loop {
            let heard = std::mem::take(&mut self.state().heard);
            if !heard.is_empty() {
                return heard;
            }
            self.heard.notified().await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
