//! Messages in hand whose rows are not loaded yet, since their tenant's account is busy.
//!
//! They are ids, so many of them cost little; but the queue gives out only so many at once. Where
//! slow accounts have most of them, some go back to their rows and ring later.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use campanile_domain::TenantId;
use campanile_queue::Received;
use tokio::time::Instant;

/// A tenant whose oldest message waits for longer has a slow account.
const PATIENCE: Duration = Duration::from_millis(500);
/// So many may wait whoever they belong to: less than half of a lane's prefetch.
const ENOUGH: usize = 256;

struct Parked {
    received: Received,
    since: Instant,
}

/// Messages that wait, by tenant.
#[derive(Default)]
pub(crate) struct Waiting {
    tenants: HashMap<TenantId, VecDeque<Parked>>,
    /// Whose turn it is next; every tenant with messages once.
    turn: VecDeque<TenantId>,
    messages: usize,
}

impl Waiting {
    pub(crate) fn is_empty(&self) -> bool {
        self.messages == 0
    }

    /// Keeps a message, the urgent before the others of its tenant. Gives back the one to be
    /// acknowledged, where its dispatch was here already: it has been rung for again.
    pub(crate) fn park(&mut self, mut received: Received, now: Instant) -> Option<Received> {
        let message = &received.message;
        if !self.tenants.contains_key(&message.tenant) {
            self.turn.push_back(message.tenant.clone());
        }
        let parked = self.tenants.entry(message.tenant.clone()).or_default();
        let same = |there: &&mut Parked| there.received.message.dispatch == message.dispatch;
        if let Some(there) = parked.iter_mut().find(same) {
            let suspect = is_suspect(&there.received) || is_suspect(&received);
            received.message.suspect = suspect;
            if received.message.epoch >= there.received.message.epoch {
                std::mem::swap(&mut there.received, &mut received);
            }
            there.received.message.suspect = suspect;
            return Some(received);
        }
        let place = parked.partition_point(|p| p.received.message.lane <= message.lane);
        let since = now;
        parked.insert(place, Parked { received, since });
        self.messages += 1;
        None
    }

    /// Takes one message of the next tenant in turn for whom `enter` finds room.
    pub(crate) fn take<P>(
        &mut self,
        mut enter: impl FnMut(&TenantId, usize) -> Option<P>,
    ) -> Option<(Received, P)> {
        for _ in 0..self.turn.len() {
            let tenant = self.turn.pop_front()?;
            let Some(parked) = self.tenants.get_mut(&tenant) else {
                continue;
            };
            let deliveries = parked.front().map(|p| p.received.message.deliveries);
            let place = deliveries.and_then(|deliveries| enter(&tenant, deliveries));
            let taken = place.and_then(|place| Some((parked.pop_front()?.received, place)));
            self.messages -= usize::from(taken.is_some());
            if parked.is_empty() {
                self.tenants.remove(&tenant);
            } else {
                self.turn.push_back(tenant);
            }
            if taken.is_some() {
                return taken;
            }
        }
        None
    }

    /// Takes what is too much, from the slow tenant with most, the last that came first. One that
    /// somebody may have begun stays: its row does not remember that.
    pub(crate) fn take_surplus(&mut self, now: Instant) -> Vec<Received> {
        let mut surplus = Vec::new();
        while self.messages > ENOUGH {
            let slow = |parked: &&mut VecDeque<Parked>| {
                let oldest = parked.iter().map(|p| p.since).min();
                oldest.is_some_and(|since| now.duration_since(since) > PATIENCE)
            };
            let most = self.tenants.values_mut().filter(slow);
            let Some(parked) = most.max_by_key(|parked| parked.len()) else {
                break;
            };
            let last = parked.iter().rposition(|p| !is_suspect(&p.received));
            let Some(last) = last.filter(|_| parked.len() > 1) else {
                break;
            };
            surplus.extend(parked.remove(last).map(|p| p.received));
            self.messages -= 1;
        }
        surplus
    }

    /// Everything, to be handed back.
    pub(crate) fn into_all(self) -> impl Iterator<Item = Received> {
        let parked = self.tenants.into_values().flatten();
        parked.map(|parked| parked.received)
    }
}

fn is_suspect(received: &Received) -> bool {
    received.redelivered || received.message.suspect
}
