//! The second half of a read: which stream gets what.

use std::sync::Arc;

use campanile_cache::{Changes, Mailbox};
use campanile_domain::NotificationId;
use campanile_storage::{InboxItem, UpdatesFound};
use campanile_telemetry::metrics;
use chrono::{DateTime, Utc};

use crate::due::Sent;
use crate::member::{Phase, Resuming};
use crate::questions::{Batch, Part};
use crate::state::{Inbox, State};
use crate::{Ending, Event, OVERLAP};

/// An answer whose items several streams share.
struct Answer {
    items: Vec<Arc<InboxItem>>,
    ids: Vec<NotificationId>,
    has_more: bool,
    counts: (u64, u64),
    changes_at: Option<DateTime<Utc>>,
    read: Vec<NotificationId>,
}

impl Answer {
    /// Of an answer to [`Part::First`]: what is newer than this id, and what may have become visible late. The latter is
    /// asked for again where the page ended before all that is newer: that comes first.
    fn split(mut self, up_to: NotificationId) -> (Self, Option<Self>) {
        let place = self.ids.partition_point(|id| *id <= up_to);
        let late = Self {
            items: self.items.drain(..place).collect(),
            ids: self.ids.drain(..place).collect(),
            has_more: false,
            counts: self.counts,
            changes_at: self.changes_at,
            read: Vec::new(),
        };
        let is_whole = !self.has_more;
        (self, is_whole.then_some(late))
    }
}

impl From<UpdatesFound> for Answer {
    fn from(found: UpdatesFound) -> Self {
        Self {
            ids: found.items.iter().map(|one| one.notification.id).collect(),
            items: found.items.into_iter().map(Arc::new).collect(),
            has_more: found.has_more,
            counts: (found.total, found.unread),
            changes_at: found.changes_at,
            read: found.read,
        }
    }
}

/// The answers to one that asked.
struct MemberAnswers {
    member: Option<u64>,
    /// To [`Part::News`] or, if `is_first`, to [`Part::First`].
    news: Option<Answer>,
    is_first: bool,
    late: Option<Answer>,
    due: Option<Answer>,
}

/// Notifications whose entries are sent again.
#[derive(Default)]
struct Returned {
    items: Vec<Arc<InboxItem>>,
    is_cut_short: bool,
}

impl Returned {
    fn add(&mut self, answer: Option<Answer>) {
        match answer {
            Some(answer) => self.items.extend(answer.items),
            None => self.is_cut_short = true,
        }
    }
}

impl State {
    /// Tells the streams what a query has found. What it did not answer is asked again.
    pub(crate) fn answered(&mut self, batch: Batch, found: Vec<UpdatesFound>) {
        let mut found = found.into_iter();
        let mut askers = batch.askers.into_iter().peekable();
        while let Some(first) = askers.next() {
            let (whose, generation) = (first.whose.clone(), first.generation);
            let mut answers: Vec<MemberAnswers> = Vec::new();
            let mut returned = Returned::default();
            let mut next = Some(first);
            while let Some(asker) = next {
                let answer = found.next().map(Answer::from);
                match (asker.part, answers.last_mut()) {
                    (Part::Returned, _) => returned.add(answer),
                    (Part::Late, Some(last)) => last.late = answer,
                    (Part::Due, Some(last)) => last.due = answer,
                    _ => answers.push(MemberAnswers {
                        member: asker.member,
                        news: answer,
                        is_first: asker.part == Part::First,
                        late: None,
                        due: None,
                    }),
                }
                next = askers.next_if(|next| next.whose == whose);
            }
            if let Some(inbox) = self.inbox_of(&whose, generation) {
                let is_complete = inbox.answered(answers, returned, batch.now);
                inbox.is_read = false;
                if !is_complete || inbox.is_dirty {
                    self.mark(&whose);
                }
            }
        }
    }

    /// A query failed: its inboxes are asked about again.
    pub(crate) fn not_answered(&mut self, batch: &Batch) {
        for asker in &batch.askers {
            if let Some(inbox) = self.inbox_of(&asker.whose, asker.generation) {
                inbox.is_read = false;
                inbox.is_missed |= std::mem::take(&mut inbox.is_missed_asked);
                inbox.ask_for_returned_again();
                self.mark(&asker.whose);
            }
        }
    }

    /// The inbox that was asked about, unless all of its streams have been closed since.
    fn inbox_of(&mut self, whose: &Mailbox, generation: u64) -> Option<&mut Inbox> {
        let inbox = self.inboxes.get_mut(whose);
        inbox.filter(|inbox| inbox.generation == generation)
    }

    /// An inbox cannot be read: its streams end.
    pub(crate) fn give_up(&mut self, batch: &Batch) {
        for asker in &batch.askers {
            if let Some(inbox) = self.inbox_of(&asker.whose, asker.generation) {
                inbox.is_read = false;
                for member in &inbox.members {
                    member.outbox.end(Ending::Failed);
                }
            }
        }
    }
}

impl Inbox {
    /// Whether everything was answered, and there is no more.
    fn answered(
        &mut self,
        answers: Vec<MemberAnswers>,
        returned: Returned,
        now: DateTime<Utc>,
    ) -> bool {
        for member in self.members.iter().filter(|one| one.is_connected()) {
            let again = member.events_of(&returned.items, |_| true, |_| false);
            member.outbox.push(again);
        }
        if returned.is_cut_short {
            self.ask_for_returned_again();
        }
        self.returned_asked = Vec::new();
        // The next read asks for all that was read lately.
        let has_details = !self.changes.details_lost;
        self.tell_changes();
        let mut is_complete = has_details && self.changes.returned.is_empty();
        for answers in answers {
            let Some(news) = answers.news else {
                is_complete = false;
                continue;
            };
            self.changes_at = news.changes_at;
            is_complete &= match answers.member {
                None => self.tell_followers(&news, answers.due, now),
                Some(id) => {
                    let (news, late) = match (answers.is_first, self.late_of(id)) {
                        (true, Some(up_to)) => news.split(up_to),
                        _ => (news, answers.late),
                    };
                    self.tell_resuming(id, &news, late, answers.due, now)
                }
            };
        }
        // What was not answered is asked for again.
        self.is_missed |= std::mem::take(&mut self.is_missed_asked);
        for member in &mut self.members {
            if member.is_connected() {
                member.turn = None;
            }
        }
        is_complete
    }

    /// Tells the streams what was heard about what was read.
    pub(crate) fn tell_changes(&mut self) {
        let returned = std::mem::take(&mut self.changes.returned);
        let kept = Changes {
            returned,
            ..Changes::default()
        };
        let changes = std::mem::replace(&mut self.changes, kept);
        for member in self.members.iter().filter(|one| one.is_connected()) {
            member.outbox.push(events_of(&changes));
        }
        self.is_missed |= changes.details_lost;
    }

    /// What was asked for, and not answered.
    fn ask_for_returned_again(&mut self) {
        let asked = std::mem::take(&mut self.returned_asked);
        self.changes.add_returned(asked);
    }

    /// Up to where a stream that resumes is sent what came late.
    fn late_of(&self, id: u64) -> Option<NotificationId> {
        let member = self.members.iter().find(|member| member.id == id)?;
        match &member.phase {
            Phase::Resuming(resuming) => Some(resuming.late.up_to),
            Phase::New | Phase::Following(_) => None,
        }
    }

    /// Whether there is no more.
    fn tell_followers(&mut self, answer: &Answer, due: Option<Answer>, now: DateTime<Utc>) -> bool {
        let Some(cursor) = &mut self.cursor else {
            return true;
        };
        let (floor, may_resume_after) = (cursor.floor, cursor.resume_points());
        cursor.advance(&answer.ids, answer.has_more, now);
        let mut due_items = Vec::new();
        if let Some(due) = due {
            due_items = due.items.clone();
            due_items.retain(|item| !cursor.has_sent(item));
            cursor.advance_due(&due.items, due.has_more, now);
        }
        let is_missed = std::mem::take(&mut self.is_missed_asked);
        let is_changed = self.counts != Some(answer.counts);
        let (total, unread) = answer.counts;
        for member in &mut self.members {
            let skip = match &mut member.phase {
                Phase::New => Vec::new(),
                Phase::Following(skip) => std::mem::take(skip),
                Phase::Resuming(_) => continue,
            };
            let is_new_stream = matches!(member.phase, Phase::New);
            let mut events = Vec::new();
            if is_new_stream {
                events.push(Event::Connection {
                    unread,
                    total,
                    resumed: false,
                    cursor: NotificationId::first_of(member.opened_at),
                });
            }
            let first = self
                .is_starting
                .then(|| NotificationId::floor(member.opened_at));
            let is_unsent = |item: &InboxItem| !skip.iter().any(|sent| sent.covers(item));
            let is_new = |item: &InboxItem| {
                first.is_none_or(|first| item.notification.id >= first) && is_unsent(item)
            };
            let opened = NotificationId::floor(member.opened_at - OVERLAP);
            let is_cursor = |id| id > opened && may_resume_after(id);
            events.extend(member.events_of(&answer.items, is_new, is_cursor));
            events.extend(member.events_of(&due_items, is_unsent, |_| false));
            if is_missed && !is_new_stream && !answer.read.is_empty() {
                events.push(Event::Read(answer.read.clone()));
            }
            if is_changed && !is_new_stream {
                events.push(Event::Count { unread, total });
            }
            member.outbox.push(events);
            // What is settled is not found again.
            let may_return = |sent: &Sent| sent.id > floor || cursor.due.is_open;
            member.phase = Phase::Following(skip.into_iter().filter(may_return).collect());
        }
        if !self.is_starting {
            note_lag(&answer.items, floor, now);
        }
        let is_complete = !answer.has_more && !cursor.due.is_open;
        self.is_starting &= answer.has_more;
        self.counts = Some(answer.counts);
        is_complete
    }

    /// Whether it has caught up.
    fn tell_resuming(
        &mut self,
        id: u64,
        answer: &Answer,
        late: Option<Answer>,
        due: Option<Answer>,
        now: DateTime<Utc>,
    ) -> bool {
        let Some(member) = self.members.iter_mut().find(|member| member.id == id) else {
            return true;
        };
        let Phase::Resuming(resuming) = &mut member.phase else {
            return true;
        };
        let (total, unread) = answer.counts;
        let mut events = resuming.greeting(unread, total);
        let may_resume_after = resuming.cursor.resume_points();
        resuming.cursor.advance(&answer.ids, answer.has_more, now);
        resuming.is_caught_up = !answer.has_more;
        let late = late.filter(|_| !answer.has_more);
        if let Some(late) = &late {
            resuming.late.advance(&late.ids, late.has_more, now);
        }
        let mut due_items = Vec::new();
        if let Some(due) = due.filter(|_| !answer.has_more) {
            due_items = due.items.clone();
            let (cursor, late) = (&mut resuming.cursor, &mut resuming.late);
            let is_late = |item: &InboxItem| late.sent.iter().any(|sent| sent.covers(item));
            due_items.retain(|item| !cursor.has_sent(item) && !is_late(item));
            cursor.advance_due(&due.items, due.has_more, now);
            late.note(&due.ids, now);
        }
        let has_all =
            resuming.is_caught_up && resuming.late.is_done && !resuming.cursor.due.is_open;
        let end = has_all.then(|| {
            let mut cursor = resuming.cursor.clone();
            cursor.widen(resuming.made_at, &resuming.late.sent, now);
            cursor
        });
        events.extend(member.events_of(&answer.items, |_| true, may_resume_after));
        let late = late.map_or(Vec::new(), |late| late.items);
        events.extend(member.events_of(&late, |_| true, |_| false));
        events.extend(member.events_of(&due_items, |_| true, |_| false));
        if let Some(cursor) = end {
            if !answer.read.is_empty() {
                events.push(Event::Read(answer.read.clone()));
            }
            events.push(Event::Count { unread, total });
            member.phase = Phase::Following(cursor.known.clone());
            if self.cursor.is_none() {
                self.cursor = Some(cursor);
                self.is_starting = false;
                self.counts = Some(answer.counts);
            }
        }
        member.outbox.push(events);
        has_all
    }
}

impl Resuming {
    /// What comes before the first page.
    fn greeting(&mut self, unread: u64, total: u64) -> Vec<Event> {
        if std::mem::replace(&mut self.is_connected, true) {
            return Vec::new();
        }
        let connection = Event::Connection {
            unread,
            total,
            resumed: true,
            cursor: self.from,
        };
        let gap = self.gap.map(|since| Event::Gap { since });
        [Some(connection), gap].into_iter().flatten().collect()
    }
}

fn events_of(changes: &Changes) -> Vec<Event> {
    let read = (!changes.read.is_empty()).then(|| Event::Read(changes.read.clone()));
    let all = changes
        .all_read
        .iter()
        .filter(|all| all.notification_type.is_none());
    let all = all.map(|all| Event::AllRead { before: all.before });
    read.into_iter().chain(all).collect()
}

/// How long notifications took from their accept to here.
fn note_lag(items: &[Arc<InboxItem>], floor: NotificationId, now: DateTime<Utc>) {
    for item in items.iter().filter(|item| item.notification.id > floor) {
        if item.notification.send_at.is_none() {
            let lag = (now - item.notification.created_at).as_seconds_f64();
            metrics().stream_lag_seconds.observe(lag.max(0.0));
        }
    }
}
