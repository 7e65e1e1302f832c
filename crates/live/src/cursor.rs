//! What of an inbox has been sent.
//!
//! Ids are made before they are committed, on several nodes, so a smaller id may become visible after a greater one. A
//! cursor therefore reads again what is younger than [`OVERLAP`], except what it knows.

use std::sync::Arc;

use campanile_domain::NotificationId;
use campanile_storage::InboxItem;
use chrono::{DateTime, TimeDelta, Utc};

use crate::due::{DueRead, Sent};

/// An id becomes visible within this time: intake makes new ids for a request that took longer than half of it.
pub const OVERLAP: TimeDelta = TimeDelta::seconds(60);

/// Ids that a cursor remembers. Of an inbox that gets more within [`OVERLAP`], the overlap is shorter.
pub(crate) const MAX_KNOWN: usize = 512;

/// A place in an inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// Everything with this id or a smaller one is settled.
    pub(crate) floor: NotificationId,
    /// Above it, what was sent; below it, what was sent while [`due`](Self::due) was being read.
    pub(crate) known: Vec<Sent>,
    /// A client that has had this id or a smaller one last would be sent too much again.
    reached: NotificationId,
    /// When all that was newer was found.
    pub(crate) checked_at: DateTime<Utc>,
    /// How far it was sent what an inbox shows by itself.
    pub(crate) due: DueRead,
}

impl Cursor {
    /// Of a client that has had everything up to this id, but what became due late.
    pub(crate) fn resuming_after(id: NotificationId, made_at: DateTime<Utc>) -> Self {
        Self {
            floor: id,
            due: DueRead::missed_since(made_at - OVERLAP, id),
            ..Self::since(made_at)
        }
    }

    /// Of a client that wants everything since this moment, at which history begins.
    pub(crate) fn resuming_since(moment: DateTime<Utc>) -> Self {
        let cursor = Self::since(moment);
        Self {
            due: DueRead::missed_since(moment - OVERLAP, cursor.floor),
            ..cursor
        }
    }

    /// Reads the overlap again from now on, of which these were sent besides.
    pub(crate) fn widen(&mut self, made_at: DateTime<Utc>, sent: &[Sent], now: DateTime<Utc>) {
        if self.known.len() < MAX_KNOWN {
            let settled = NotificationId::floor(now.max(made_at) - OVERLAP);
            self.floor = self.floor.min(settled);
        }
        self.known.extend(sent);
        self.forget();
    }

    /// Everything since this moment is new, and what may have become visible late.
    pub(crate) fn since(moment: DateTime<Utc>) -> Self {
        let floor = NotificationId::floor(moment - OVERLAP);
        Self {
            floor,
            reached: floor,
            known: Vec::new(),
            checked_at: moment,
            due: DueRead::done_at(moment),
        }
    }

    /// Tells whether a client may resume after one that is sent next. One that came late is no place to resume: much that
    /// has a greater id has been sent.
    pub(crate) fn resume_points(&self) -> impl Fn(NotificationId) -> bool + use<> {
        let reached = self.reached;
        move |id| id > reached
    }

    /// Of what was sent, that with greater ids than this.
    pub(crate) fn known_after(&self, id: NotificationId) -> Vec<NotificationId> {
        let ids = self.known.iter().map(|sent| sent.id);
        ids.filter(|known| *known > id).collect()
    }

    /// Moves on behind these, which a query at `now` found. If it found all, what is older than the overlap is settled.
    pub(crate) fn advance(&mut self, sent: &[NotificationId], has_more: bool, now: DateTime<Utc>) {
        let (before, settled) = (self.floor, NotificationId::floor(now - OVERLAP));
        let newest = sent.iter().filter_map(|id| id.made_at()).max();
        if let Some(made_at) = newest {
            self.reached = self.reached.max(NotificationId::floor(made_at - OVERLAP));
        }
        self.known
            .extend(sent.iter().map(|id| Sent { id: *id, at: now }));
        if has_more {
            let last = sent.iter().max().copied().unwrap_or(before);
            self.floor = before.max(last.min(settled));
        } else {
            self.floor = before.max(settled);
            self.checked_at = now;
            self.due.settle(now - OVERLAP);
        }
        self.forget();
    }

    /// Moves on behind these, which became due; a query at `now` found them.
    pub(crate) fn advance_due(
        &mut self,
        sent: &[Arc<InboxItem>],
        has_more: bool,
        now: DateTime<Utc>,
    ) {
        // Of more than can be remembered, some are sent again. The floor may not pass what is newer and not sent.
        let ids = sent.iter().map(|item| item.notification.id);
        let room = MAX_KNOWN.saturating_sub(self.known.len());
        self.known
            .extend(ids.take(room).map(|id| Sent { id, at: now }));
        self.due
            .advance(sent.last().map(AsRef::as_ref), has_more, now);
        self.forget();
    }

    /// Whether this was sent, as far as it is remembered.
    pub(crate) fn has_sent(&self, item: &InboxItem) -> bool {
        self.known.iter().any(|sent| sent.covers(item))
    }

    fn forget(&mut self) {
        if !self.due.is_open {
            self.known.retain(|sent| sent.id > self.floor);
        }
        if let Some(excess) = self.known.len().checked_sub(MAX_KNOWN + 1) {
            self.known.sort_unstable_by_key(|sent| sent.id);
            self.floor = self.floor.max(self.known[excess].id);
            self.known.drain(..=excess);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("in range")
    }

    fn id(seconds: i64) -> NotificationId {
        NotificationId::first_of(at(seconds))
    }

    fn floor(seconds: i64) -> NotificationId {
        NotificationId::floor(at(seconds))
    }

    fn known(cursor: &Cursor) -> Vec<NotificationId> {
        cursor.known.iter().map(|sent| sent.id).collect()
    }

    #[test]
    fn what_is_young_is_remembered_until_it_is_settled() {
        let mut cursor = Cursor::since(at(0));
        cursor.advance(&[id(0), id(5)], false, at(10));
        assert_eq!(cursor.floor, floor(-50));
        assert_eq!(known(&cursor), [id(0), id(5)]);
        cursor.advance(&[], false, at(62));
        assert_eq!((cursor.floor, known(&cursor)), (floor(2), vec![id(5)]));
    }

    #[test]
    fn a_page_of_old_ones_moves_it_to_their_last() {
        let mut cursor = Cursor::since(at(-1_000));
        cursor.advance(&[id(-900), id(-800)], true, at(0));
        assert_eq!((cursor.floor, cursor.known.len()), (id(-800), 0));
        cursor.advance(&[id(-70), id(-10)], true, at(0));
        assert_eq!((cursor.floor, known(&cursor)), (floor(-60), vec![id(-10)]));
    }

    #[test]
    fn what_was_sent_is_remembered_while_what_is_due_is_read() {
        let mut cursor = Cursor::since(at(-1_000));
        cursor.due.open(at(0));
        cursor.advance(&[id(-900), id(-800)], false, at(0));
        assert_eq!(
            (cursor.floor, known(&cursor)),
            (floor(-60), vec![id(-900), id(-800)])
        );
        cursor.advance_due(&[], false, at(0));
        assert_eq!((cursor.known.len(), cursor.due.is_open), (0, false));
    }

    #[test]
    fn a_client_that_has_caught_up_is_sent_what_comes_late() {
        let mut cursor = Cursor::resuming_after(id(0), at(0));
        cursor.advance(&[id(5)], false, at(10));
        cursor.advance_due(&[], false, at(10));
        assert_eq!((cursor.floor, known(&cursor)), (id(0), vec![id(5)]));
        let late = [-55, -3].map(|n| Sent {
            id: id(n),
            at: at(10),
        });
        cursor.widen(at(0), &late, at(10));
        assert_eq!(
            (cursor.floor, known(&cursor)),
            (floor(-50), vec![id(5), id(-3)])
        );
    }

    #[test]
    fn a_client_does_not_resume_after_one_that_came_late() {
        let mut cursor = Cursor::since(at(0));
        cursor.advance(&[id(100)], false, at(100));
        for (seconds, may) in [(39, false), (41, true), (101, true)] {
            assert_eq!(cursor.resume_points()(id(seconds)), may, "{seconds}");
        }
    }

    #[test]
    fn what_is_due_is_asked_for_since_the_overlap_and_no_earlier() {
        let mut cursor = Cursor::since(at(0));
        cursor.advance(&[], false, at(1_000));
        assert_eq!(cursor.due, DueRead::done_at(at(940)));
        cursor.due.open(at(1_001));
        cursor.advance(&[], false, at(2_000));
        assert!(cursor.due.is_open);
        cursor.advance_due(&[], false, at(2_000));
        assert_eq!(cursor.due, DueRead::done_at(at(2_000)));
    }

    #[test]
    fn a_flood_shortens_the_overlap() {
        let mut cursor = Cursor::since(at(0));
        let flood: Vec<_> = (0..600)
            .map(|n| NotificationId::first_of(at(1) + TimeDelta::milliseconds(n)))
            .collect();
        cursor.advance(&flood, false, at(2));
        assert_eq!(known(&cursor), flood[88..]);
        assert_eq!(cursor.floor, flood[87]);
    }
}
