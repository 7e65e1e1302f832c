//! What a user does with a notification, and what follows for deliveries that have not left.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{DeliveryState, Plan};

/// What a user did with a notification, and when.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InboxMarks {
    /// Since when it counts as read.
    pub read_at: Option<DateTime<Utc>>,
    /// When it was first seen; never taken back.
    pub seen_at: Option<DateTime<Utc>>,
    /// When it was archived.
    pub archived_at: Option<DateTime<Utc>>,
    /// Hidden before this moment; it returns by itself.
    pub snoozed_until: Option<DateTime<Utc>>,
}

/// One thing that a user does with a notification. Doing it again changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InboxChange {
    /// It was read, and therefore seen.
    Read,
    /// It counts as unread again.
    Unread,
    /// It was shown to the user, who need not have read it.
    Seen,
    /// It is done with: it moves to the archive and is not put off any more.
    Archive,
    /// It moves back to the inbox.
    Unarchive,
    /// It is put off.
    Snooze {
        /// When it returns.
        until: DateTime<Utc>,
    },
    /// It returns at once.
    Unsnooze,
}

impl InboxChange {
    /// A notification is put off for this long at most.
    pub const LONGEST_SNOOZE: TimeDelta = TimeDelta::days(366);

    /// The name used in paths, logs and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Unread => "unread",
            Self::Seen => "seen",
            Self::Archive => "archive",
            Self::Unarchive => "unarchive",
            Self::Snooze { .. } => "snooze",
            Self::Unsnooze => "unsnooze",
        }
    }
}

impl InboxMarks {
    /// The marks after a change. What was done before keeps its first moment.
    #[must_use]
    pub fn after(mut self, change: InboxChange, now: DateTime<Utc>) -> Self {
        match change {
            InboxChange::Read => self.read_at = self.read_at.or(Some(now)),
            InboxChange::Unread => self.read_at = None,
            InboxChange::Seen => {}
            InboxChange::Archive => {
                self.archived_at = self.archived_at.or(Some(now));
                self.snoozed_until = None;
            }
            InboxChange::Unarchive => self.archived_at = None,
            InboxChange::Snooze { until } => self.snoozed_until = Some(until),
            InboxChange::Unsnooze => self.snoozed_until = None,
        }
        // Only what is taken back says nothing of the user's having seen it.
        if !matches!(
            change,
            InboxChange::Unread | InboxChange::Unarchive | InboxChange::Unsnooze
        ) {
            self.seen_at = self.seen_at.or(Some(now));
        }
        self
    }

    /// Whether it is put off at this moment.
    pub fn is_snoozed(&self, now: DateTime<Utc>) -> bool {
        self.snoozed_until.is_some_and(|until| until > now)
    }
}

/// Why a notification needs no more deliveries: its pending deliveries are cancelled, with this as their reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Withdrawal {
    /// The user deleted it.
    Deleted,
    /// Its sender called it back.
    Cancelled,
    /// The user read it.
    Read,
    /// The user moved it to the archive.
    Archived,
}

impl Withdrawal {
    /// The reason that stands in rows, answers and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Deleted => "deleted",
            Self::Cancelled => "cancelled",
            Self::Read => "read",
            Self::Archived => "archived",
        }
    }

    /// What the moments in a notification's row say. The one rule for plans, workers, retries and
    /// the user's own call.
    pub fn of(
        read_at: Option<DateTime<Utc>>,
        archived_at: Option<DateTime<Utc>>,
        deleted_at: Option<DateTime<Utc>>,
        cancelled_at: Option<DateTime<Utc>>,
    ) -> Option<Self> {
        if deleted_at.is_some() {
            Some(Self::Deleted)
        } else if cancelled_at.is_some() {
            Some(Self::Cancelled)
        } else if read_at.is_some() {
            Some(Self::Read)
        } else if archived_at.is_some() {
            Some(Self::Archived)
        } else {
            None
        }
    }
}

impl Plan {
    /// The plan for a notification that needs no deliveries any more: those that would be sent are cancelled, the
    /// others keep their own reason.
    #[must_use]
    pub fn withdrawn(mut self, why: Option<Withdrawal>) -> Self {
        let Some(why) = why else { return self };
        for line in &mut self.deliveries {
            if line.state.is_open() {
                line.state = DeliveryState::Cancelled;
                line.reason = Some(why.name());
                line.until = None;
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use InboxChange::{Archive, Read, Seen, Snooze, Unarchive, Unread, Unsnooze};

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).expect("in range")
    }

    fn done(changes: &[InboxChange]) -> InboxMarks {
        let numbered = changes.iter().zip(0..);
        numbered.fold(InboxMarks::default(), |marks, (change, second)| {
            marks.after(*change, at(second))
        })
    }

    #[test]
    fn a_change_made_twice_is_made_once() {
        let until = at(99);
        for change in [Read, Seen, Archive, Snooze { until }] {
            let once = done(&[change]);
            assert_ne!(once, InboxMarks::default(), "{change:?}");
            assert_eq!(done(&[change, change]), once, "{change:?}");
        }
        for change in [Unread, Unarchive, Unsnooze] {
            assert_eq!(done(&[change]), InboxMarks::default(), "{change:?}");
        }
    }

    #[test]
    fn every_change_but_seen_can_be_taken_back() {
        let seen = done(&[Seen]);
        let until = at(99);
        for (change, back) in [
            (Read, Unread),
            (Archive, Unarchive),
            (Snooze { until }, Unsnooze),
        ] {
            assert_eq!(done(&[change, back]), seen, "{change:?}");
        }
        let archived = done(&[Snooze { until }, Archive]);
        assert_eq!(archived.snoozed_until, None, "done with is not put off");
    }

    #[test]
    fn what_is_gone_is_gone_for_that_reason_first() {
        let (some, none) = (Some(at(0)), None);
        assert_eq!(Withdrawal::of(none, none, none, none), None);
        for (read, archived, deleted, cancelled, expected) in [
            (none, some, none, none, Withdrawal::Archived),
            (some, some, none, none, Withdrawal::Read),
            (some, some, none, some, Withdrawal::Cancelled),
            (some, some, some, some, Withdrawal::Deleted),
        ] {
            let why = Withdrawal::of(read, archived, deleted, cancelled);
            assert_eq!(why, Some(expected));
        }
    }
}
