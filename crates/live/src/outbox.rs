//! The queue of one stream: the hub puts events in, the connection takes them out.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use campanile_cache::Share;
use futures_util::task::AtomicWaker;

use crate::limits::{MAX_BYTES, MAX_EVENTS};
use crate::{Ending, Event};

/// What a connection takes at once, about, in bytes.
const TAKEN_AT_ONCE: usize = 64 * 1024;

/// So much goes to a stream for which nothing waits, even while others use all of the memory: a few words.
const SMALL_BYTES: usize = 1024;

/// A queue. It holds nothing while nothing happens.
pub(crate) struct Outbox {
    queue: Mutex<Queue>,
    reader: AtomicWaker,
}

struct Queue {
    events: Vec<Event>,
    /// The memory of the events that wait.
    waiting: Share,
    /// Of those that the connection has taken. It has sent them when it asks for more.
    taken: Option<Share>,
    ending: Option<Ending>,
    /// The hub waits for the queue to be empty, and then reads the next page.
    is_awaited: bool,
    is_over: bool,
}

/// What a connection finds.
pub(crate) enum Taken {
    /// Events, at least one.
    Events(Vec<Event>),
    /// Nothing, and the hub waits for that: the hub is to be woken.
    Ready,
    /// There was the last.
    Over,
}

impl Outbox {
    /// An empty one, which takes its memory from this share.
    pub(crate) fn new(memory: Share) -> Self {
        Self {
            queue: Mutex::new(Queue {
                events: Vec::new(),
                waiting: memory,
                taken: None,
                ending: None,
                is_awaited: false,
                is_over: false,
            }),
            reader: AtomicWaker::new(),
        }
    }

    /// Adds events. A client that is too far behind, or for whose events no memory is left, gets none of what waits,
    /// but the end.
    pub(crate) fn push(&self, events: Vec<Event>) {
        if events.is_empty() {
            return;
        }
        let mut queue = self.queue();
        if queue.ending.is_some() {
            return;
        }
        if !queue.add(events) {
            queue.clear();
            queue.ending = Some(Ending::TooSlow);
        }
        drop(queue);
        self.reader.wake();
    }

    /// Adds a heartbeat, unless an event waits, which serves as one.
    pub(crate) fn heartbeat(&self) {
        let mut queue = self.queue();
        if queue.events.is_empty() && queue.ending.is_none() {
            queue.events.push(Event::Heartbeat);
            drop(queue);
            self.reader.wake();
        }
    }

    /// Ends the stream after what waits. What waits for a client whose token has expired is not sent: who reads slowly
    /// would read on.
    pub(crate) fn end(&self, why: Ending) {
        let mut queue = self.queue();
        if queue.ending.is_none() {
            if why == Ending::TokenExpired {
                queue.clear();
            }
            queue.ending = Some(why);
        }
        drop(queue);
        self.reader.wake();
    }

    /// Whether the next page may be read: nothing waits. If something does, the connection will say when it is taken.
    pub(crate) fn is_ready(&self) -> bool {
        let mut queue = self.queue();
        queue.is_awaited = !queue.events.is_empty();
        !queue.is_awaited
    }

    /// The next events. A connection that asks has sent the last ones.
    pub(crate) fn poll_take(&self, cx: &mut Context<'_>) -> Poll<Taken> {
        self.reader.register(cx.waker());
        let mut queue = self.queue();
        queue.taken = None;
        if !queue.events.is_empty() {
            return Poll::Ready(Taken::Events(queue.some()));
        }
        if queue.is_over {
            return Poll::Ready(Taken::Over);
        }
        if let Some(why) = queue.ending {
            queue.is_over = true;
            return Poll::Ready(Taken::Events(vec![Event::End(why)]));
        }
        if std::mem::take(&mut queue.is_awaited) {
            return Poll::Ready(Taken::Ready);
        }
        Poll::Pending
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Queue {
    /// `false` if they are too many or too large for what waits already.
    fn add(&mut self, events: Vec<Event>) -> bool {
        let bytes: usize = events.iter().map(Event::bytes).sum();
        let has_sent_all = self.events.is_empty() && self.taken.is_none();
        if has_sent_all && bytes <= SMALL_BYTES {
            self.waiting.grow_anyway(bytes);
        } else if self.waiting.grow(bytes).is_err() {
            return false;
        }
        let was_empty = self.events.is_empty();
        self.events.extend(events);
        // One large answer is not being behind.
        was_empty || (self.events.len() <= MAX_EVENTS && self.waiting.amount() <= MAX_BYTES)
    }

    fn some(&mut self) -> Vec<Event> {
        let (mut bytes, mut number) = (0, 0);
        for event in &self.events {
            if bytes >= TAKEN_AT_ONCE {
                break;
            }
            bytes += event.bytes();
            number += 1;
        }
        self.taken = Some(self.waiting.split(bytes));
        if number == self.events.len() {
            return std::mem::take(&mut self.events);
        }
        self.events.drain(..number).collect()
    }

    fn clear(&mut self) {
        self.events = Vec::new();
        drop(self.waiting.split(usize::MAX));
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use campanile_cache::{Part, Shares};
    use campanile_domain::NotificationId;
    use chrono::DateTime;

    use super::*;
    use crate::limits::MAX_BYTES_OF_ALL;

    fn outbox() -> Outbox {
        of("acme", &Shares::new(MAX_BYTES_OF_ALL))
    }

    /// Of a tenant that may use half of the memory.
    fn of(tenant: &str, memory: &Shares) -> Outbox {
        Outbox::new(memory.take_anyway(vec![Part::new(tenant, MAX_BYTES_OF_ALL / 2)], 0))
    }

    /// An event of about so many bytes.
    fn large(bytes: usize) -> Vec<Event> {
        let ids = vec![NotificationId::first_of(DateTime::UNIX_EPOCH); bytes / 16];
        vec![Event::Read(ids)]
    }

    fn counts(number: usize) -> Vec<Event> {
        let count = Event::Count {
            unread: 1,
            total: 1,
        };
        vec![count; number]
    }

    fn take(outbox: &Outbox) -> Option<Vec<Event>> {
        match outbox.poll_take(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Taken::Events(events)) => Some(events),
            Poll::Ready(Taken::Ready | Taken::Over) | Poll::Pending => None,
        }
    }

    #[test]
    fn a_reader_who_is_too_far_behind_gets_only_the_end() {
        let outbox = outbox();
        outbox.push(counts(MAX_EVENTS));
        outbox.push(counts(1));
        outbox.push(counts(1));
        assert_eq!(take(&outbox), Some(vec![Event::End(Ending::TooSlow)]));
        assert_eq!(take(&outbox), None);
    }

    #[test]
    fn one_large_answer_is_not_being_behind() {
        let outbox = outbox();
        outbox.push(counts(MAX_EVENTS + 50));
        assert_eq!(take(&outbox).map(|all| all.len()), Some(MAX_EVENTS + 50));
    }

    #[test]
    fn what_waits_comes_before_the_end() {
        let outbox = outbox();
        outbox.push(counts(2));
        outbox.end(Ending::Life);
        outbox.push(counts(1));
        assert_eq!(take(&outbox), Some(counts(2)));
        assert_eq!(take(&outbox), Some(vec![Event::End(Ending::Life)]));
    }

    #[test]
    fn a_heartbeat_is_only_added_to_an_empty_queue() {
        let outbox = outbox();
        outbox.heartbeat();
        outbox.heartbeat();
        assert_eq!(take(&outbox), Some(vec![Event::Heartbeat]));
    }

    #[test]
    fn the_next_page_is_asked_for_when_the_last_is_taken() {
        let outbox = outbox();
        outbox.push(counts(1));
        assert!(!outbox.is_ready());
        assert_eq!(take(&outbox), Some(counts(1)));
        let mut cx = Context::from_waker(Waker::noop());
        assert!(matches!(
            outbox.poll_take(&mut cx),
            Poll::Ready(Taken::Ready)
        ));
        assert!(outbox.is_ready());
        assert!(outbox.poll_take(&mut cx).is_pending());
    }

    #[test]
    fn streams_that_take_nothing_use_no_more_than_the_memory_of_all() {
        let memory = Shares::new(MAX_BYTES_OF_ALL);
        let tenants = ["a", "b", "c"];
        let streams: Vec<_> = (0..600).map(|n| of(tenants[n % 3], &memory)).collect();
        for stream in &streams {
            stream.push(large(200_000));
            assert!(memory.in_use() <= MAX_BYTES_OF_ALL);
        }
        // Nor once their connections have them and cannot send them.
        let taken: Vec<_> = streams.iter().filter_map(take).collect();
        assert!(memory.in_use() <= MAX_BYTES_OF_ALL);
        let is_cut = |events: &&Vec<Event>| **events == [Event::End(Ending::TooSlow)];
        assert_eq!(taken.iter().filter(is_cut).count(), 600 - 167);
        for stream in &streams {
            let _ = take(stream);
        }
        assert_eq!(memory.in_use(), 0);
    }

    #[test]
    fn a_tenant_whose_clients_take_nothing_leaves_memory_to_others() {
        let memory = Shares::new(MAX_BYTES_OF_ALL);
        let slow: Vec<_> = (0..200).map(|_| of("slow", &memory)).collect();
        for stream in &slow {
            stream.push(large(200_000));
        }
        let other = of("other", &memory);
        other.push(large(200_000));
        assert_eq!(take(&other), Some(large(200_000)));
        // A few words go even to a client of the same tenant, if it has taken everything.
        let quiet = of("slow", &memory);
        quiet.push(counts(1));
        assert_eq!(take(&quiet), Some(counts(1)));
    }

    #[test]
    fn what_a_connection_has_taken_counts_until_it_asks_for_more() {
        let memory = Shares::new(MAX_BYTES_OF_ALL);
        let stream = of("acme", &memory);
        stream.push(large(100_000));
        let bytes = memory.in_use();
        assert!(bytes >= 100_000);
        assert_eq!(take(&stream), Some(large(100_000)));
        assert_eq!(memory.in_use(), bytes);
        assert_eq!(take(&stream), None);
        assert_eq!(memory.in_use(), 0);
    }

    #[test]
    fn nothing_more_is_sent_after_the_end_of_the_token() {
        let memory = Shares::new(MAX_BYTES_OF_ALL);
        let stream = of("acme", &memory);
        stream.push(large(100_000));
        stream.push(counts(2));
        stream.end(Ending::TokenExpired);
        assert_eq!(memory.in_use(), 0);
        assert_eq!(take(&stream), Some(vec![Event::End(Ending::TokenExpired)]));
    }
}
