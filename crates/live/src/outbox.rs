//! The queue of one stream: the hub puts events in, the connection takes them out.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use futures_util::task::AtomicWaker;

use crate::limits::{MAX_BYTES, MAX_BYTES_OF_ALL, MAX_EVENTS};
use crate::{Ending, Event};

/// What a connection takes at once, about, in bytes of texts.
const TAKEN_AT_ONCE: usize = 64 * 1024;

/// A queue. It holds nothing while nothing happens.
pub(crate) struct Outbox {
    queue: Mutex<Queue>,
    reader: AtomicWaker,
    /// Bytes in the queues of all streams.
    of_all: Arc<AtomicUsize>,
}

#[derive(Default)]
struct Queue {
    events: Vec<Event>,
    bytes: usize,
    ending: Option<Ending>,
    /// The hub waits for the queue to be empty, and then reads the next page.
    is_awaited: bool,
    is_over: bool,
}

/// What a connection finds.
pub(crate) enum Taken {
    /// Events, at least one.
    Events(Vec<Event>),
    /// Nothing, and the hub waits for that: it is to be told.
    Ready,
    /// There was the last.
    Over,
}

impl Outbox {
    pub(crate) fn new(of_all: Arc<AtomicUsize>) -> Self {
        Self {
            queue: Mutex::default(),
            reader: AtomicWaker::new(),
            of_all,
        }
    }

    /// Adds events. A client that is too far behind gets none of what waits, but the end.
    pub(crate) fn push(&self, events: Vec<Event>) {
        if events.is_empty() {
            return;
        }
        let mut queue = self.queue();
        if queue.ending.is_some() {
            return;
        }
        let was_empty = queue.events.is_empty();
        let bytes: usize = events.iter().map(Event::bytes).sum();
        let of_all = self.of_all.fetch_add(bytes, Ordering::Relaxed) + bytes;
        queue.bytes += bytes;
        queue.events.extend(events);
        let is_behind =
            queue.events.len() > MAX_EVENTS || queue.bytes > MAX_BYTES || of_all > MAX_BYTES_OF_ALL;
        if is_behind && !was_empty {
            self.clear(&mut queue);
            queue.ending = Some(Ending::TooSlow);
        }
        drop(queue);
        self.reader.wake();
    }

    /// Adds a sign of life, unless something waits that is one.
    pub(crate) fn heartbeat(&self) {
        let mut queue = self.queue();
        if queue.events.is_empty() && queue.ending.is_none() {
            queue.events.push(Event::Heartbeat);
            drop(queue);
            self.reader.wake();
        }
    }

    /// Ends the stream after what waits.
    pub(crate) fn end(&self, why: Ending) {
        self.queue().ending.get_or_insert(why);
        self.reader.wake();
    }

    /// Whether the next page may be read: nothing waits. If something does, the connection will say when it is taken.
    pub(crate) fn is_ready(&self) -> bool {
        let mut queue = self.queue();
        queue.is_awaited = !queue.events.is_empty();
        !queue.is_awaited
    }

    /// The next events.
    pub(crate) fn poll_take(&self, cx: &mut Context<'_>) -> Poll<Taken> {
        self.reader.register(cx.waker());
        let mut queue = self.queue();
        if !queue.events.is_empty() {
            return Poll::Ready(Taken::Events(self.some(&mut queue)));
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

    fn some(&self, queue: &mut Queue) -> Vec<Event> {
        let (mut bytes, mut number) = (0, 0);
        for event in &queue.events {
            if bytes >= TAKEN_AT_ONCE {
                break;
            }
            bytes += event.bytes();
            number += 1;
        }
        queue.bytes -= bytes;
        self.of_all.fetch_sub(bytes, Ordering::Relaxed);
        if number == queue.events.len() {
            return std::mem::take(&mut queue.events);
        }
        queue.events.drain(..number).collect()
    }

    fn clear(&self, queue: &mut Queue) {
        queue.events = Vec::new();
        let bytes = std::mem::take(&mut queue.bytes);
        self.of_all.fetch_sub(bytes, Ordering::Relaxed);
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        let mut queue = std::mem::take(&mut *self.queue());
        self.clear(&mut queue);
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;

    use super::*;

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
        let outbox = Outbox::new(Arc::default());
        outbox.push(counts(MAX_EVENTS));
        outbox.push(counts(1));
        outbox.push(counts(1));
        assert_eq!(take(&outbox), Some(vec![Event::End(Ending::TooSlow)]));
        assert_eq!(take(&outbox), None);
    }

    #[test]
    fn one_large_answer_is_not_being_behind() {
        let outbox = Outbox::new(Arc::default());
        outbox.push(counts(MAX_EVENTS + 50));
        assert_eq!(take(&outbox).map(|all| all.len()), Some(MAX_EVENTS + 50));
    }

    #[test]
    fn what_waits_comes_before_the_end() {
        let outbox = Outbox::new(Arc::default());
        outbox.push(counts(2));
        outbox.end(Ending::Life);
        outbox.push(counts(1));
        assert_eq!(take(&outbox), Some(counts(2)));
        assert_eq!(take(&outbox), Some(vec![Event::End(Ending::Life)]));
    }

    #[test]
    fn a_heartbeat_is_only_added_to_an_empty_queue() {
        let outbox = Outbox::new(Arc::default());
        outbox.heartbeat();
        outbox.heartbeat();
        assert_eq!(take(&outbox), Some(vec![Event::Heartbeat]));
    }

    #[test]
    fn the_next_page_is_asked_for_when_the_last_is_taken() {
        let outbox = Outbox::new(Arc::default());
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
}
