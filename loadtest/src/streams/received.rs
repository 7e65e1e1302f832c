//! What came through the streams, and when.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::frames::Event;
use super::sent::Sent;
use crate::clock::now_us;
use crate::report::Latencies;

/// Between two looks at how much has come.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// Shared by all streams.
#[derive(Clone, Default)]
pub(super) struct Received(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    /// How often each user's stream was opened.
    openings: HashMap<u32, u64>,
    /// When the last was opened.
    opened_us: u64,
    /// By user and notification: when it came first, and how often.
    came: HashMap<(u32, Uuid), (u64, u64)>,
    /// Other events, by name.
    others: HashMap<String, u64>,
}

impl Received {
    /// A stream is open.
    pub(super) fn connected(&self, user: u32) {
        let mut inner = self.lock();
        *inner.openings.entry(user).or_default() += 1;
        inner.opened_us = now_us();
    }

    /// An event.
    pub(super) fn add(&self, user: u32, event: &Event) {
        let at = now_us();
        let mut inner = self.lock();
        match notification(event) {
            Some(id) => inner.came.entry((user, id)).or_insert((at, 0)).1 += 1,
            None => *inner.others.entry(event.name.clone()).or_default() += 1,
        }
    }

    /// How often each user's stream was opened so far.
    pub(super) fn openings(&self) -> HashMap<u32, u64> {
        self.lock().openings.clone()
    }

    /// How many streams were opened since.
    pub(super) fn opened_since(&self, before: &HashMap<u32, u64>) -> usize {
        let inner = self.lock();
        let is_new =
            |(user, times): &(&u32, &u64)| before.get(user).is_none_or(|before| *times > before);
        inner.openings.iter().filter(is_new).count()
    }

    /// When the last stream was opened, in microseconds since 1970.
    pub(super) fn opened_us(&self) -> u64 {
        self.lock().opened_us
    }

    /// How many notifications came, each counted once for each user.
    pub(super) fn count(&self) -> usize {
        self.lock().came.len()
    }

    /// When the last notification came for the first time.
    pub(super) fn last_us(&self) -> u64 {
        let inner = self.lock();
        inner.came.values().map(|(at, _)| *at).max().unwrap_or(0)
    }

    /// Whether a user has received this.
    pub(super) fn has(&self, user: u32, id: Uuid) -> bool {
        self.lock().came.contains_key(&(user, id))
    }

    /// How many came again.
    pub(super) fn repeated(&self) -> u64 {
        self.lock().came.values().map(|(_, times)| times - 1).sum()
    }

    /// How many events of a name came that are no notifications.
    pub(super) fn others(&self, name: &str) -> u64 {
        self.lock().others.get(name).copied().unwrap_or(0)
    }

    /// From the call and from the 202 to the event. An event may well be faster than the 202; that is no time at all.
    pub(super) fn latencies(&self, sent: &Sent) -> [Latencies; 2] {
        let inner = self.lock();
        let mut latencies = [Latencies::default(), Latencies::default()];
        for one in sent.all() {
            if let Some((at, _)) = inner.came.get(&(one.user, one.id)) {
                latencies[0].record_us(at.saturating_sub(one.called_us));
                latencies[1].record_us(at.saturating_sub(one.answered_us));
            }
        }
        latencies
    }

    /// Waits until it is so, for so long at most; says whether it is.
    pub(super) async fn wait(&self, patience: Duration, is_so: impl Fn(&Self) -> bool) -> bool {
        let begun = Instant::now();
        while !is_so(self) {
            if begun.elapsed() > patience {
                return false;
            }
            sleep(LOOK_EVERY).await;
        }
        true
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The notification that an event is about: Campanile sends the entry of the inbox, Nchan what was published.
fn notification(event: &Event) -> Option<Uuid> {
    match event.name.as_str() {
        "notification" => identified(&event.data, "id"),
        "message" => event.data.parse().ok(),
        _ => None,
    }
}

/// An id in a JSON object.
pub(super) fn identified(data: &str, name: &str) -> Option<Uuid> {
    let data: Value = serde_json::from_str(data).ok()?;
    data[name].as_str()?.parse().ok()
}
