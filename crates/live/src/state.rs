//! The inboxes with open streams, and which of them are to be read.

use std::collections::{HashMap, VecDeque};

use campanile_cache::{Changes, Heard, Mailbox};
use campanile_domain::NotificationId;
use chrono::{DateTime, Utc};
use tokio::time::Instant;

use crate::cursor::Cursor;
use crate::member::{Member, Phase};
use crate::{Ending, StreamLimits};

/// How often it is checked whether the credential of a stream has ended, in seconds. What is known of it is a few seconds
/// old, or is asked for by the check before: a stream ends within 15 s.
const CREDENTIALS_EVERY: u64 = 5;

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
    /// Tells it from an inbox of the same user whose streams have all been closed, and what was asked for that one.
    pub(crate) generation: u64,
    pub(crate) members: Vec<Member>,
    /// Of the streams that follow.
    pub(crate) cursor: Option<Cursor>,
    /// The first read for the cursor is not finished: what it finds from before a stream was opened is not new.
    pub(crate) is_starting: bool,
    /// All and unread, as they were last sent.
    pub(crate) counts: Option<(u64, u64)>,
    /// When the inbox changes by itself.
    pub(crate) changes_at: Option<DateTime<Utc>>,
    /// What was heard and not sent yet.
    pub(crate) changes: Changes,
    /// The read under way asks for these, see [`Changes::returned`].
    pub(crate) returned_asked: Vec<NotificationId>,
    /// Something may have been missed: everything is sent again.
    pub(crate) is_missed: bool,
    /// The read under way asks for what was missed.
    pub(crate) is_missed_asked: bool,
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
        let inbox = self.inboxes.entry(whose.clone()).or_insert_with(|| Inbox {
            generation: id,
            ..Inbox::default()
        });
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
                // Clients know which notifications are of a type only as far as they hold them: they get the ids.
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

    /// Called every second: sends heartbeats, ends streams, and finds inboxes that change by themselves.
    pub(crate) fn tick(&mut self, limits: &StreamLimits, now: DateTime<Utc>) {
        self.ticks += 1;
        let (at, every) = (Instant::now(), limits.heartbeat.as_secs().max(1));
        let mut changed = Vec::new();
        for (whose, inbox) in &mut self.inboxes {
            for member in &mut inbox.members {
                member.turn.take_if(|turn| turn.is_overdue(at));
                let looks = (self.ticks + member.id).is_multiple_of(CREDENTIALS_EVERY);
                if member.ends_at <= at {
                    member.outbox.end(member.ends_because);
                } else if looks && member.has_lost_its_credential() {
                    member.outbox.end(Ending::TokenExpired);
                } else if (self.ticks + member.id).is_multiple_of(every) {
                    // Also while the first read waits for the database: proxies close what is silent.
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::task::Context;

    use campanile_cache::Shares;
    use campanile_domain::{TenantId, UserId};
    use campanile_storage::UpdatesFound;

    use super::*;
    use crate::Event;
    use crate::outbox::{Outbox, Taken};
    use crate::questions::Batch;

    fn whose() -> Mailbox {
        let tenant = TenantId::parse("acme").expect("valid");
        Mailbox::new(&tenant, &UserId::parse("anna").expect("valid"))
    }

    fn open(state: &mut State) -> (u64, Arc<Outbox>) {
        let memory = Shares::new(crate::limits::MAX_BYTES_OF_ALL);
        let outbox = Arc::new(Outbox::new(memory.take_anyway(Vec::new(), 0)));
        let id = state.add(&whose(), |id| Member {
            id,
            outbox: Arc::clone(&outbox),
            types: None,
            opened_at: DateTime::UNIX_EPOCH,
            ends_at: Instant::now() + std::time::Duration::from_secs(3_600),
            ends_because: Ending::Life,
            credential: None,
            phase: Phase::New,
            turn: None,
        });
        (id, outbox)
    }

    /// Of which a test says whether it has ended.
    #[derive(Debug, Default)]
    struct Switch(std::sync::atomic::AtomicBool);

    impl crate::Credential for Switch {
        fn has_ended(&self) -> bool {
            self.0.load(std::sync::atomic::Ordering::Relaxed)
        }
    }

    #[tokio::test]
    async fn a_stream_ends_with_its_credential() {
        let mut state = State::default();
        let ((_, other), (id, outbox)) = (open(&mut state), open(&mut state));
        let credential = Arc::new(Switch::default());
        let inbox = state.inboxes.get_mut(&whose()).expect("open");
        let mut members = inbox.members.iter_mut();
        let member = members.find(|member| member.id == id).expect("a member");
        member.credential = Some(credential.clone());
        let limits = StreamLimits {
            heartbeat: std::time::Duration::from_secs(3_600),
            ..StreamLimits::default()
        };
        let some_ticks = |state: &mut State| {
            for _ in 0..CREDENTIALS_EVERY {
                state.tick(&limits, DateTime::UNIX_EPOCH);
            }
        };
        some_ticks(&mut state);
        assert_eq!(take(&outbox), []);
        credential
            .0
            .store(true, std::sync::atomic::Ordering::Relaxed);
        some_ticks(&mut state);
        assert_eq!(take(&outbox), [Event::End(Ending::TokenExpired)]);
        assert_eq!(take(&other), []);
    }

    fn take(outbox: &Outbox) -> Vec<Event> {
        match outbox.poll_take(&mut Context::from_waker(std::task::Waker::noop())) {
            std::task::Poll::Ready(Taken::Events(events)) => events,
            _ => Vec::new(),
        }
    }

    fn ask(state: &mut State) -> Option<Batch> {
        state.next_batch(DateTime::UNIX_EPOCH)
    }

    /// With one stream that follows.
    fn following() -> State {
        let mut state = State::default();
        open(&mut state);
        let first = ask(&mut state).expect("a question");
        state.answered(first, vec![UpdatesFound::default()]);
        state
    }

    fn asks_for_what_was_read(state: &mut State) -> bool {
        let batch = ask(state).expect("a question");
        batch.wanted[0].read_since.is_some()
    }

    const MISSED: fn() -> Heard = || Heard {
        missed: true,
        ..Heard::default()
    };

    #[test]
    fn a_loss_that_is_heard_of_during_a_read_is_made_good_by_the_next() {
        let mut state = following();
        state.mark(&whose());
        let read = ask(&mut state).expect("a question");
        assert_eq!(read.wanted[0].read_since, None);
        state.hear(MISSED());
        state.answered(read, vec![UpdatesFound::default()]);
        assert!(asks_for_what_was_read(&mut state));
    }

    #[test]
    fn a_read_of_what_was_missed_is_repeated_until_it_is_answered() {
        let mut state = following();
        state.hear(MISSED());
        let failed = ask(&mut state).expect("a question");
        state.not_answered(&failed);
        let cut_short = ask(&mut state).expect("a question");
        assert!(cut_short.wanted[0].read_since.is_some());
        state.answered(cut_short, Vec::new());
        let answered = ask(&mut state).expect("a question");
        assert!(answered.wanted[0].read_since.is_some());
        let found = vec![UpdatesFound::default(); answered.wanted.len()];
        state.answered(answered, found);
        state.mark(&whose());
        assert!(!asks_for_what_was_read(&mut state));
    }

    #[test]
    fn an_answer_for_streams_that_are_closed_is_not_notified_to_a_later_one() {
        let mut state = State::default();
        let (id, _) = open(&mut state);
        let old = ask(&mut state).expect("a question");
        state.remove(&whose(), id);
        let (_, outbox) = open(&mut state);
        state.answered(old, vec![UpdatesFound::default()]);
        assert_eq!(take(&outbox), []);
        let new = ask(&mut state).expect("a question");
        state.answered(new, vec![UpdatesFound::default()]);
        assert!(matches!(take(&outbox)[..], [Event::Connection { .. }]));
    }

    #[test]
    fn an_inbox_that_is_closed_and_opened_again_is_asked_about_once() {
        let mut state = State::default();
        let (id, _) = open(&mut state);
        state.remove(&whose(), id);
        open(&mut state);
        assert_eq!(ask(&mut state).expect("a question").wanted.len(), 1);
        assert!(ask(&mut state).is_none());
    }
}
