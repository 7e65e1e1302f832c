//! The first half of a read: what to ask about the inboxes that changed.

use campanile_cache::Mailbox;
use campanile_storage::UpdatesWanted;
use chrono::{DateTime, Utc};

use crate::cursor::{Cursor, OVERLAP};
use crate::member::Phase;
use crate::state::{Inbox, State};

/// Questions of one query.
const MAX_QUESTIONS: usize = 256;

/// For whom a question is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asker {
    pub(crate) whose: Mailbox,
    /// The stream that resumes; `None`: all that follow.
    pub(crate) member: Option<u64>,
    pub(crate) part: Part,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// What is newer than the cursor.
    News,
    /// What may have become visible late, see [`Late`](crate::member::Late).
    Late,
}

/// The questions of one query.
#[derive(Debug, Default)]
pub(crate) struct Batch {
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
            askers: self.askers.split_off(at),
            wanted: self.wanted.split_off(at),
        })
    }
}

impl State {
    /// Takes inboxes from the queue, as many as fit into one query.
    pub(crate) fn next_batch(&mut self, now: DateTime<Utc>) -> Option<Batch> {
        let mut batch = Batch::default();
        while batch.wanted.len() < MAX_QUESTIONS {
            let Some(whose) = self.queue.pop_front() else {
                break;
            };
            if let Some(inbox) = self.inboxes.get_mut(&whose) {
                inbox.is_queued = false;
                inbox.is_dirty = false;
                let before = batch.wanted.len();
                inbox.ask(&whose, now, &mut batch);
                inbox.is_read = batch.wanted.len() > before;
            }
        }
        (!batch.wanted.is_empty()).then_some(batch)
    }
}

impl Inbox {
    fn ask(&mut self, whose: &Mailbox, now: DateTime<Utc>, batch: &mut Batch) {
        let mut add = |member, part, wanted| {
            batch.askers.push(Asker {
                whose: whose.clone(),
                member,
                part,
            });
            batch.wanted.push(wanted);
        };
        let from = |cursor: &Cursor| UpdatesWanted {
            tenant: whose.tenant.clone(),
            user: whose.user.clone(),
            after: cursor.floor,
            up_to: None,
            known: cursor.known.clone(),
            visible_after: None,
            read_since: None,
        };
        if self.is_followed() {
            if self.cursor.is_none() {
                self.cursor = Some(Cursor::since(now));
                self.is_starting = true;
            }
            if let Some(cursor) = &self.cursor {
                // Without such a moment nothing can have become visible by itself.
                let by_itself = self.changes_at.is_some_and(|at| at <= now) || self.is_missed;
                let by_itself = by_itself && !self.is_starting;
                let wanted = UpdatesWanted {
                    visible_after: by_itself.then_some(cursor.visible_after),
                    // A call that marks many takes its time.
                    read_since: self.is_missed.then_some(cursor.visible_after - OVERLAP),
                    ..from(cursor)
                };
                add(None, Part::News, wanted);
            }
        } else {
            self.cursor = None;
        }
        for member in &self.members {
            let Phase::Resuming(resuming) = &member.phase else {
                continue;
            };
            if !member.outbox.is_ready() {
                continue;
            }
            let (id, cursor, late) = (Some(member.id), &resuming.cursor, &resuming.late);
            let wanted = UpdatesWanted {
                visible_after: Some(cursor.visible_after),
                read_since: Some(resuming.read_since),
                ..from(cursor)
            };
            add(id, Part::News, wanted);
            // Most have missed less than a page: one query is enough for them.
            if !late.is_done && (resuming.is_caught_up || !resuming.is_connected) {
                let wanted = UpdatesWanted {
                    after: late.after,
                    up_to: Some(late.up_to),
                    ..from(cursor)
                };
                add(id, Part::Late, wanted);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use campanile_domain::{NotificationId, TenantId, UserId};

    use super::*;

    fn batch(users: &[&str]) -> Batch {
        let tenant = TenantId::parse("acme").expect("valid");
        let mut batch = Batch::default();
        for name in users {
            let user = UserId::parse(name).expect("valid");
            batch.askers.push(Asker {
                whose: Mailbox::new(&tenant, &user),
                member: None,
                part: Part::News,
            });
            batch.wanted.push(UpdatesWanted {
                tenant: tenant.clone(),
                user,
                after: NotificationId::floor(DateTime::UNIX_EPOCH),
                up_to: None,
                known: Vec::new(),
                visible_after: None,
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
