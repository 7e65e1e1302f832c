//! The inboxes with open streams, and which of them are to be read.

use std::collections::{HashMap, VecDeque};

use campanile_cache::{Changes, Heard, Mailbox};
use chrono::{DateTime, Utc};
use tokio::time::Instant;

use crate::cursor::Cursor;
use crate::member::{Member, Phase};
use crate::{Ending, StreamLimits};

/// Everything that the hub knows.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) inboxes: HashMap<Mailbox, Inbox>,
    /// Those to be read, each once.
    pub(crate) queue: VecDeque<Mailbox>,
    next_id: u64,
    ticks: u64,
}

/// An inbox with at least one stream.
#[derive(Default)]
pub(crate) struct Inbox {
    pub(crate) members: Vec<Member>,
    /// Of the streams that follow.
    pub(crate) cursor: Option<Cursor>,
    /// The first read for the cursor is not finished: what it finds from before a stream was opened is not new.
    pub(crate) is_starting: bool,
    /// All and unread, as they were last told.
    pub(crate) counts: Option<(u64, u64)>,
    /// When the inbox changes by itself.
    pub(crate) changes_at: Option<DateTime<Utc>>,
    /// What was heard and not told yet.
    pub(crate) changes: Changes,
    /// Something may have been missed: everything is told again.
    pub(crate) is_missed: bool,
    pub(crate) is_queued: bool,
    /// It is being read; if it changes meanwhile, it is read again.
    pub(crate) is_read: bool,
    pub(crate) is_dirty: bool,
}

impl State {
    /// Adds a stream and has its inbox read.
    pub(crate) fn add(&mut self, whose: &Mailbox, member: impl FnOnce(u64) -> Member) -> u64 {
        self.next_id += 1;
        let id = self.next_id;
        let inbox = self.inboxes.entry(whose.clone()).or_default();
        inbox.members.push(member(id));
        self.mark(whose);
        id
    }

    /// Removes a stream.
    pub(crate) fn remove(&mut self, whose: &Mailbox, id: u64) {
        let Some(inbox) = self.inboxes.get_mut(whose) else {
            return;
        };
        inbox.members.retain(|member| member.id != id);
        if inbox.members.is_empty() {
            self.inboxes.remove(whose);
        }
    }

    /// Has an inbox read, at once or again after the read under way.
    pub(crate) fn mark(&mut self, whose: &Mailbox) {
        if let Some(inbox) = self.inboxes.get_mut(whose) {
            inbox.is_dirty = true;
            if !inbox.is_queued && !inbox.is_read {
                inbox.is_queued = true;
                self.queue.push_back(whose.clone());
            }
        }
    }

    /// Takes in what was heard.
    pub(crate) fn hear(&mut self, heard: Heard) {
        for (whose, changes) in heard.changed {
            if let Some(inbox) = self.inboxes.get_mut(&whose) {
                // Clients know which notifications are of a type only as far as they hold them: they are told the ids.
                let mut by_type = changes.all_read.iter();
                inbox.is_missed |= by_type.any(|all| all.notification_type.is_some());
                inbox.changes.merge(changes);
                self.mark(&whose);
            }
        }
        if heard.missed {
            let all: Vec<_> = self.inboxes.keys().cloned().collect();
            for whose in &all {
                if let Some(inbox) = self.inboxes.get_mut(whose) {
                    inbox.is_missed = true;
                }
                self.mark(whose);
            }
        }
    }

    /// A second has passed: signs of life, ends, and inboxes that change by themselves.
    pub(crate) fn tick(&mut self, limits: &StreamLimits, now: DateTime<Utc>) {
        self.ticks += 1;
        let (at, every) = (Instant::now(), limits.heartbeat.as_secs().max(1));
        let mut changed = Vec::new();
        for (whose, inbox) in &self.inboxes {
            for member in &inbox.members {
                if member.ends_at <= at {
                    member.outbox.end(member.ends_because);
                } else if member.is_connected() && (self.ticks + member.id).is_multiple_of(every) {
                    member.outbox.heartbeat();
                }
            }
            if inbox.changes_at.is_some_and(|moment| moment <= now) {
                changed.push(whose.clone());
            }
        }
        for whose in &changed {
            self.mark(whose);
        }
    }

    /// Ends every stream.
    pub(crate) fn end_all(&self, mut why: impl FnMut() -> Ending) {
        for member in self.inboxes.values().flat_map(|inbox| &inbox.members) {
            member.outbox.end(why());
        }
    }
}

impl Inbox {
    /// Whether a stream needs what the shared cursor finds.
    pub(crate) fn is_followed(&self) -> bool {
        let mut phases = self.members.iter().map(|member| &member.phase);
        phases.any(|phase| matches!(phase, Phase::New | Phase::Following(_)))
    }
}
