//! What of an inbox has been sent.
//!
//! Ids are made before they are committed, on several nodes, so a smaller id may become visible after a greater one. A
//! cursor therefore reads again what is younger than [`OVERLAP`], except what it knows.

use campanile_domain::NotificationId;
use chrono::{DateTime, TimeDelta, Utc};

/// An id becomes visible within this time: intake makes new ids for a request that took longer than half of it.
pub const OVERLAP: TimeDelta = TimeDelta::seconds(60);

/// Ids that a cursor remembers. Of an inbox that gets more within [`OVERLAP`], the overlap is shorter.
pub(crate) const MAX_KNOWN: usize = 512;

/// A place in an inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// Everything with this id or a smaller one is settled.
    pub(crate) floor: NotificationId,
    /// Above it, what was sent; below it, what was sent in the course of an unfinished read.
    pub(crate) known: Vec<NotificationId>,
    /// A client that has had this id or a smaller one last would be sent too much again.
    reached: NotificationId,
    /// Up to when it was sent what an inbox shows by itself.
    pub(crate) visible_after: DateTime<Utc>,
}

impl Cursor {
    /// Everything with a greater id is new.
    pub(crate) fn after(id: NotificationId, made_at: DateTime<Utc>) -> Self {
        Self {
            floor: id,
            ..Self::since(made_at)
        }
    }

    /// Reads the overlap again from now on, of which these were sent besides.
    pub(crate) fn widen(
        &mut self,
        made_at: DateTime<Utc>,
        sent: &[NotificationId],
        now: DateTime<Utc>,
    ) {
        if self.known.len() < MAX_KNOWN {
            let settled = NotificationId::floor(now.max(made_at) - OVERLAP);
            self.floor = self.floor.min(settled);
        }
        self.known.extend(sent);
        self.known.retain(|id| *id > self.floor);
    }

    /// Everything since this moment is new, and what may have become visible late.
    pub(crate) fn since(moment: DateTime<Utc>) -> Self {
        let floor = NotificationId::floor(moment - OVERLAP);
        Self {
            floor,
            reached: floor,
            known: Vec::new(),
            visible_after: moment - OVERLAP,
        }
    }

    /// Whether a client may resume after this one. One that came late is no place to resume: much that has a greater id
    /// has been sent.
    pub(crate) fn may_resume_after(&self, id: NotificationId) -> bool {
        id > self.reached
    }

    /// Moves on behind these, which a query at `now` found. If it found all, what is older than the overlap is settled.
    pub(crate) fn advance(&mut self, sent: &[NotificationId], has_more: bool, now: DateTime<Utc>) {
        let (before, settled) = (self.floor, NotificationId::floor(now - OVERLAP));
        let newest = sent.iter().filter_map(|id| id.made_at()).max();
        if let Some(made_at) = newest {
            self.reached = self.reached.max(NotificationId::floor(made_at - OVERLAP));
        }
        self.known.extend(sent);
        if has_more {
            let last = sent.iter().max().copied().unwrap_or(before);
            self.floor = before.max(last.min(settled));
            // Late ones are found again until the read is finished.
            self.known.retain(|id| *id > self.floor || *id <= before);
        } else {
            self.floor = before.max(settled);
            self.visible_after = now;
            self.known.retain(|id| *id > self.floor);
        }
        if let Some(excess) = self.known.len().checked_sub(MAX_KNOWN + 1) {
            self.known.sort_unstable();
            self.floor = self.floor.max(self.known[excess]);
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

    #[test]
    fn what_is_young_is_remembered_until_it_is_settled() {
        let mut cursor = Cursor::since(at(0));
        cursor.advance(&[id(0), id(5)], false, at(10));
        assert_eq!(cursor.floor, floor(-50));
        assert_eq!(cursor.known, [id(0), id(5)]);
        cursor.advance(&[], false, at(62));
        assert_eq!((cursor.floor, cursor.known), (floor(2), vec![id(5)]));
    }

    #[test]
    fn a_page_of_old_ones_moves_it_to_their_last() {
        let mut cursor = Cursor::since(at(-1_000));
        cursor.advance(&[id(-900), id(-800)], true, at(0));
        assert_eq!((cursor.floor, cursor.known.len()), (id(-800), 0));
        cursor.advance(&[id(-70), id(-10)], true, at(0));
        assert_eq!((cursor.floor, &cursor.known), (floor(-60), &vec![id(-10)]));
    }

    #[test]
    fn a_late_one_is_remembered_while_its_read_goes_on() {
        let mut cursor = Cursor::since(at(-1_000));
        cursor.advance(&[id(-5_000), id(-900)], true, at(0));
        assert_eq!((cursor.floor, &cursor.known), (id(-900), &vec![id(-5_000)]));
        assert_eq!(cursor.visible_after, at(-1_060));
        cursor.advance(&[id(-800)], false, at(1));
        assert_eq!((cursor.known.len(), cursor.visible_after), (0, at(1)));
    }

    #[test]
    fn a_client_that_has_caught_up_is_sent_what_comes_late() {
        let mut cursor = Cursor::after(id(0), at(0));
        cursor.advance(&[id(5)], false, at(10));
        assert_eq!((cursor.floor, &cursor.known), (id(0), &vec![id(5)]));
        cursor.widen(at(0), &[id(-55), id(-3)], at(10));
        assert_eq!(
            (cursor.floor, &cursor.known),
            (floor(-50), &vec![id(5), id(-3)])
        );
    }

    #[test]
    fn a_client_does_not_resume_after_one_that_came_late() {
        let mut cursor = Cursor::since(at(0));
        cursor.advance(&[id(100)], false, at(100));
        for (seconds, may) in [(39, false), (41, true), (101, true)] {
            assert_eq!(cursor.may_resume_after(id(seconds)), may, "{seconds}");
        }
    }

    #[test]
    fn a_flood_shortens_the_overlap() {
        let mut cursor = Cursor::since(at(0));
        let flood: Vec<_> = (0..600)
            .map(|n| NotificationId::first_of(at(1) + TimeDelta::milliseconds(n)))
            .collect();
        cursor.advance(&flood, false, at(2));
        assert_eq!(cursor.known, flood[88..]);
        assert_eq!(cursor.floor, flood[87]);
    }
}
