//! The first half of a read: what to ask about the inboxes that changed.

use campanile_cache::Mailbox;
use campanile_domain::NotificationId;
use campanile_storage::{ItemsWanted, UpdatesWanted};
use chrono::{DateTime, Utc};

use crate::cursor::{Cursor, OVERLAP};
use crate::member::{Member, Phase};
use crate::state::{Inbox, State};

/// Questions of one query.
const MAX_QUESTIONS: usize = 256;

/// Entries that are sent again after one read of an inbox.
const MAX_RETURNED: usize = 16;

/// Who a question is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asker {
    pub(crate) whose: Mailbox,
    /// See [`Inbox::generation`].
    pub(crate) generation: u64,
    /// The stream that resumes; `None`: all that follow.
    pub(crate) member: Option<u64>,
    pub(crate) part: Part,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// What is newer than the cursor.
    News,
    /// The first question of a stream that resumes: what is newer and what may have become visible late, in one.
    First,
    /// What may have become visible late, see [`Late`](crate::member::Late).
    Late,
    /// What the inbox shows by itself, see [`DueRead`](crate::due::DueRead).
    Due,
    /// The entry of one notification, see [`Changes::returned`](campanile_cache::Changes).
    Returned,
}

/// The questions of one query.
#[derive(Debug)]
pub(crate) struct Batch {
    /// What is due at this moment is asked for, by all of them.
    pub(crate) now: DateTime<Utc>,
    pub(crate) askers: Vec<Asker>,
    pub(crate) wanted: Vec<UpdatesWanted>,
}

impl Batch {
    /// Half of it, for a query that fails for one of its inboxes; `None` if it is about one.
    pub(crate) fn split(&mut self) -> Option<Self> {
        let middle = self.askers.len() / 2;
        // The questions about one inbox stay together.
        let same = |n: usize| n > 0 && self.askers[n].whose == self.askers[n - 1].whose;
        let at = (middle..self.askers.len()).find(|n| *n > 0 && !same(*n));
        let at = at.or_else(|| (1..middle).rev().find(|n| !same(*n)))?;
        Some(Self {
            now: self.now,
            askers: self.askers.split_off(at),
            wanted: self.wanted.split_off(at),
        })
    }
}

impl State {
    /// Takes inboxes from the queue, as many as fit into one query.
    pub(crate) fn next_batch(&mut self, now: DateTime<Utc>) -> Option<Batch> {
        let mut batch = Batch {
            now,
            askers: Vec::new(),
            wanted: Vec::new(),
        };
        while batch.wanted.len() < MAX_QUESTIONS {
            let Some(whose) = self.queue.pop_front() else {
                break;
            };
            // It may be in the queue twice, if all of its streams were closed and another one was opened.
            let inbox = self.inboxes.get_mut(&whose);
            if let Some(inbox) = inbox.filter(|inbox| inbox.is_queued) {
                inbox.is_queued = false;
                inbox.is_dirty = false;
                let before = batch.wanted.len();
                inbox.ask(&whose, &mut batch);
                inbox.is_read = batch.wanted.len() > before;
            }
        }
        (!batch.wanted.is_empty()).then_some(batch)
    }

    /// A question about an inbox that this batch is not about; its answer is dropped.
    pub(crate) fn another_than(&self, batch: &Batch) -> Option<Batch> {
        let is_other = |whose: &&Mailbox| batch.askers.iter().all(|asker| asker.whose != **whose);
        let whose = self.inboxes.keys().find(is_other)?;
        let items = news(&Cursor::since(batch.now));
        Some(Batch {
            now: batch.now,
            askers: Vec::new(),
            wanted: vec![question(whose, items)],
        })
    }
}

impl Inbox {
    fn ask(&mut self, whose: &Mailbox, batch: &mut Batch) {
        self.take_returned();
        let (now, generation) = (batch.now, self.generation);
        let mut add = |member, part, items, read_since| {
            batch.askers.push(Asker {
                whose: whose.clone(),
                generation,
                member,
                part,
            });
            batch.wanted.push(UpdatesWanted {
                counts: matches!(part, Part::News | Part::First),
                read_since,
                ..question(whose, items)
            });
        };
        // Without such a moment nothing can have become due.
        let is_due = self.changes_at.is_some_and(|at| at <= now) || self.is_missed;
        if self.is_followed() {
            if self.cursor.is_none() {
                self.cursor = Some(Cursor::since(now));
                self.is_starting = true;
            }
            self.is_missed_asked = std::mem::take(&mut self.is_missed);
            if let Some(cursor) = &mut self.cursor {
                // A call that marks many takes its time.
                let read_since = self.is_missed_asked.then_some(cursor.checked_at - OVERLAP);
                add(None, Part::News, news(cursor), read_since);
                if is_due {
                    cursor.due.open(now);
                }
                if cursor.due.is_open {
                    add(None, Part::Due, cursor.due.wanted(), None);
                }
            }
        } else {
            self.cursor = None;
        }
        for member in &mut self.members {
            let Phase::Resuming(resuming) = &mut member.phase else {
                continue;
            };
            if is_due && resuming.is_connected {
                resuming.cursor.due.open(member.opened_at);
            }
            if !member.outbox.is_ready() {
                continue;
            }
            let (id, cursor, late) = (Some(member.id), &resuming.cursor, &resuming.late);
            // Most have missed less than a page: one query is enough for them.
            let is_first = !resuming.is_connected;
            let (part, items) = match is_first && !late.is_done {
                true => (Part::First, resuming.first_items()),
                false => (Part::News, news(cursor)),
            };
            add(id, part, items, Some(resuming.read_since));
            if !resuming.is_caught_up && !is_first {
                continue;
            }
            if part == Part::News && !late.is_done {
                let items = ItemsWanted::Newer {
                    after: late.after,
                    up_to: Some(late.up_to),
                    known: cursor.known_after(late.after),
                };
                add(id, Part::Late, items, None);
            }
            if cursor.due.is_open {
                add(id, Part::Due, cursor.due.wanted(), None);
            }
        }
        for id in &self.returned_asked {
            add(None, Part::Returned, only(*id), None);
        }
    }

    /// What was heard before the question is told before its answer, which is newer.
    fn take_returned(&mut self) {
        if self.changes.returned.is_empty() {
            return;
        }
        self.tell_changes();
        let mut asked = std::mem::take(&mut self.changes.returned);
        if self.members.iter().any(Member::is_connected) {
            self.changes.returned = asked.split_off(asked.len().min(MAX_RETURNED));
            self.returned_asked = asked;
        }
    }
}

/// This one, if the inbox shows it.
fn only(id: NotificationId) -> ItemsWanted {
    ItemsWanted::Newer {
        after: id.previous(),
        up_to: Some(id),
        known: Vec::new(),
    }
}

fn question(whose: &Mailbox, items: ItemsWanted) -> UpdatesWanted {
    UpdatesWanted {
        tenant: whose.tenant.clone(),
        user: whose.user.clone(),
        items,
        counts: false,
        read_since: None,
    }
}

fn news(cursor: &Cursor) -> ItemsWanted {
    ItemsWanted::Newer {
        after: cursor.floor,
        up_to: None,
        known: cursor.known_after(cursor.floor),
    }
}

#[cfg(test)]
mod tests {
    use campanile_domain::{TenantId, UserId};

    use super::*;

    fn batch(users: &[&str]) -> Batch {
        let tenant = TenantId::parse("acme").expect("valid");
        let mut batch = Batch {
            now: DateTime::UNIX_EPOCH,
            askers: Vec::new(),
            wanted: Vec::new(),
        };
        for name in users {
            let user = UserId::parse(name).expect("valid");
            batch.askers.push(Asker {
                whose: Mailbox::new(&tenant, &user),
                generation: 1,
                member: None,
                part: Part::News,
            });
            batch.wanted.push(UpdatesWanted {
                tenant: tenant.clone(),
                user,
                items: news(&Cursor::since(DateTime::UNIX_EPOCH)),
                counts: true,
                read_since: None,
            });
        }
        batch
    }

    #[test]
    fn a_batch_is_split_between_inboxes() {
        for (users, first, second) in [
            (&["a", "b"][..], 1, 1),
            (&["a", "a", "b"], 2, 1),
            (&["a", "b", "b", "b"], 1, 3),
            (&["a", "a", "a", "b"], 3, 1),
            (&["a", "b", "c", "d"], 2, 2),
        ] {
            let mut whole = batch(users);
            let rest = whole.split().expect("more than one inbox");
            assert_eq!(
                (whole.wanted.len(), rest.wanted.len()),
                (first, second),
                "{users:?}"
            );
        }
        assert!(batch(&["a", "a"]).split().is_none());
        assert!(batch(&["a"]).split().is_none());
    }
}
