//! Messages that were received and whose rows are not loaded yet, since their tenant's account is busy.
//!
//! They are ids, so many of them cost little; but the queue delivers only so many at once. If slow accounts have most
//! of them, some return to their rows and are published later.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use campanile_domain::TenantId;
use campanile_queue::Received;
use tokio::time::Instant;

/// A tenant whose oldest message waits for longer has a slow account.
const PATIENCE: Duration = Duration::from_millis(500);
/// How many may wait in total: less than half of a lane's prefetch.
const ENOUGH: usize = 256;

struct Parked {
    received: Received,
    since: Instant,
}

/// Messages that wait, by tenant.
#[derive(Default)]
pub(crate) struct ParkedMessages {
    tenants: HashMap<TenantId, VecDeque<Parked>>,
    /// Whose turn it is next; every tenant with messages once.
    turn: VecDeque<TenantId>,
    messages: usize,
}

impl ParkedMessages {
    pub(crate) fn is_empty(&self) -> bool {
        self.messages == 0
    }

    /// Keeps a message, urgent ones before the others of its tenant. Returns the one to acknowledge if its dispatch
    /// was here already, because it has been published again.
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

    /// Takes surplus messages from the slow tenant with most, the newest first. A message that a worker may have
    /// begun stays, because its row does not record that.
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

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use campanile_domain::{Channel, DispatchId, Lane};
    use campanile_queue::{Acknowledge, Message};

    use super::*;

    struct Nobody;

    #[async_trait]
    impl Acknowledge for Nobody {
        fn is_ours(&self) -> bool {
            true
        }

        async fn done(self: Box<Self>) {}

        async fn hand_back(self: Box<Self>) {}
    }

    fn message(tenant: &str, lane: Lane) -> Received {
        Received {
            message: Message {
                tenant: TenantId::parse(tenant).unwrap(),
                dispatch: DispatchId(uuid::Uuid::new_v4()),
                epoch: 0,
                channel: Channel::Push,
                lane,
                deliveries: 1,
                suspect: false,
            },
            redelivered: false,
            acknowledge: Box::new(Nobody),
        }
    }

    #[test]
    fn tenants_take_turns_and_the_urgent_goes_first() {
        let (mut waiting, now) = (ParkedMessages::default(), Instant::now());
        for (tenant, lane) in [
            ("a", Lane::Bulk),
            ("a", Lane::Default),
            ("a", Lane::Critical),
            ("b", Lane::Default),
        ] {
            assert!(waiting.park(message(tenant, lane), now).is_none());
        }
        let mut order = Vec::new();
        while let Some((taken, ())) = waiting.take(|_, _| Some(())) {
            order.push((taken.message.tenant.to_string(), taken.message.lane));
        }
        let expected = [
            ("a", Lane::Critical),
            ("b", Lane::Default),
            ("a", Lane::Default),
            ("a", Lane::Bulk),
        ];
        assert_eq!(order, expected.map(|(t, lane)| (t.to_owned(), lane)));
        assert!(waiting.is_empty());
    }

    #[test]
    fn only_the_surplus_of_slow_tenants_goes_back() {
        let (mut waiting, now) = (ParkedMessages::default(), Instant::now());
        for _ in 0..ENOUGH + 10 {
            waiting.park(message("slow", Lane::Default), now);
        }
        assert!(waiting.take_surplus(now).is_empty(), "not slow yet");
        let later = now + PATIENCE * 2;
        waiting.park(message("quick", Lane::Default), later);
        let surplus = waiting.take_surplus(later);
        assert_eq!(surplus.len(), 11);
        assert!(surplus.iter().all(|r| r.message.tenant.as_str() == "slow"));
    }

    #[test]
    fn a_dispatch_that_rings_again_is_here_once() {
        let (mut waiting, now) = (ParkedMessages::default(), Instant::now());
        let first = message("a", Lane::Default);
        let mut again = message("a", Lane::Default);
        again.message = first.message.clone();
        again.message.epoch = 1;
        assert!(waiting.park(first, now).is_none());
        let old = waiting.park(again, now).expect("the older");
        assert_eq!(old.message.epoch, 0);
        let (taken, ()) = waiting.take(|_, _| Some(())).expect("the newer");
        assert_eq!(taken.message.epoch, 1);
        assert!(waiting.is_empty());
    }
}
