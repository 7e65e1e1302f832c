//! What this node watches, and to which channels it is therefore subscribed.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use campanile_cache::{Mailbox, Watched};
use tokio::sync::Notify;
use tokio::time::timeout;

use super::address::{Address, SHARDS};
use super::wire::Record;

/// How long a watch waits for its channel. If that takes longer, a loss is reported once there is one.
const PATIENCE: Duration = Duration::from_millis(500);

/// Arrivals that are kept until the other nodes know them.
const MAX_ARRIVALS: usize = 65_536;

/// Shared by the streams of this node and the task that subscribes for them.
#[derive(Default)]
pub(crate) struct Watches {
    pub(super) heard: Watched,
    state: Mutex<State>,
    /// The channels that are needed are others.
    wanted: Notify,
    /// A channel is subscribed to, or cannot be at the moment.
    settled: Notify,
    /// A user's first watch began here, or their last one ended.
    arrived: Notify,
}

struct State {
    by_short: HashMap<[u8; Address::SHORT_BYTES], Vec<(Address, Mailbox)>>,
    /// How many of the watched inboxes are in each channel.
    watched: [u32; SHARDS],
    subscribed: [bool; SHARDS],
    is_away: bool,
    /// Whose first watch began (`true`) or last one ended since the presence was renewed.
    arrivals: HashMap<Mailbox, bool>,
    /// The channels in which an announcement may have been lost; to be reported when they are subscribed to.
    owes_missed: [bool; SHARDS],
}

impl Default for State {
    fn default() -> Self {
        Self {
            by_short: HashMap::new(),
            watched: [0; SHARDS],
            subscribed: [false; SHARDS],
            is_away: false,
            arrivals: HashMap::new(),
            owes_missed: [false; SHARDS],
        }
    }
}

/// Channels to subscribe to, and to leave.
#[derive(Debug, Default)]
pub(super) struct Difference {
    pub(super) join: Vec<u8>,
    pub(super) leave: Vec<u8>,
}

impl Watches {
    /// Returns when the inbox's channel is subscribed to, or a loss will be reported.
    pub(super) async fn watch(&self, whose: &Mailbox) {
        let address = Address::of(whose);
        let shard = usize::from(address.shard());
        {
            let mut state = self.state();
            // Under the lock, so that a watch that begins while the last one ends is not lost.
            if self.heard.watch(whose) {
                state.watched[shard] += 1;
                let inboxes = state.by_short.entry(address.short()).or_default();
                inboxes.push((address, whose.clone()));
                self.arrive(&mut state, whose, true);
            }
            if state.subscribed[shard] {
                return;
            }
        }
        self.wanted.notify_one();
        let subscribed = timeout(PATIENCE, self.until_settled(shard)).await;
        if subscribed != Ok(true) {
            let mut state = self.state();
            if !state.subscribed[shard] {
                state.owes_missed[shard] = true;
                return;
            }
            drop(state);
            self.heard.missed();
        }
    }

    pub(super) fn unwatch(&self, whose: &Mailbox) {
        let address = Address::of(whose);
        let mut state = self.state();
        if !self.heard.unwatch(whose) {
            return;
        }
        self.arrive(&mut state, whose, false);
        if let Some(inboxes) = state.by_short.get_mut(&address.short()) {
            inboxes.retain(|(_, one)| one != whose);
            if inboxes.is_empty() {
                state.by_short.remove(&address.short());
            }
        }
        let shard = usize::from(address.shard());
        state.watched[shard] -= 1;
        if state.watched[shard] == 0 {
            state.owes_missed[shard] = false;
            self.wanted.notify_one();
        }
    }

    fn arrive(&self, state: &mut State, whose: &Mailbox, is_there: bool) {
        // The renewal makes good what does not fit.
        if state.arrivals.len() < MAX_ARRIVALS {
            state.arrivals.insert(whose.clone(), is_there);
        }
        self.arrived.notify_one();
    }

    /// Waits for users who came or left, and takes them.
    pub(crate) async fn arrivals(&self) -> HashMap<Mailbox, bool> {
        loop {
            let arrivals = std::mem::take(&mut self.state().arrivals);
            if !arrivals.is_empty() {
                return arrivals;
            }
            self.arrived.notified().await;
        }
    }

    /// A part of those who are watched; all of them in as many turns as there are parts.
    pub(crate) fn part(&self, turn: u8, parts: u8) -> Vec<Mailbox> {
        let state = self.state();
        let inboxes = state.by_short.values().flatten();
        let of_turn = inboxes.filter(|(address, _)| address.shard() % parts == turn);
        of_turn.map(|(_, whose)| whose.clone()).collect()
    }

    /// Waits until the channel is subscribed to (`true`) or it turns out that it cannot be.
    async fn until_settled(&self, shard: usize) -> bool {
        loop {
            let mut settled = pin!(self.settled.notified());
            settled.as_mut().enable();
            {
                let state = self.state();
                if state.subscribed[shard] || state.is_away {
                    return state.subscribed[shard];
                }
            }
            settled.await;
        }
    }

    /// Waits until other channels may be needed.
    pub(super) async fn wanted(&self) {
        self.wanted.notified().await;
    }

    /// Whether any channel is needed.
    pub(super) fn any(&self) -> bool {
        !self.heard.is_empty()
    }

    /// What is to be done. A channel that is left counts as left from here on.
    pub(super) fn difference(&self) -> Difference {
        let mut state = self.state();
        let mut difference = Difference::default();
        for shard in 0..=u8::MAX {
            let at = usize::from(shard);
            match (state.watched[at] > 0, state.subscribed[at]) {
                (true, false) => difference.join.push(shard),
                (false, true) => {
                    state.subscribed[at] = false;
                    difference.leave.push(shard);
                }
                (true, true) | (false, false) => {}
            }
        }
        difference
    }

    /// These channels are subscribed to.
    pub(super) fn joined(&self, shards: &[u8]) {
        let mut state = self.state();
        let mut is_missed = false;
        for shard in shards {
            let shard = usize::from(*shard);
            state.subscribed[shard] = true;
            is_missed |= std::mem::take(&mut state.owes_missed[shard]);
        }
        state.is_away = false;
        if is_missed {
            self.heard.missed();
        }
        drop(state);
        self.settled.notify_waiters();
    }

    /// There is no connection, or no longer.
    pub(super) fn lost(&self) {
        let mut state = self.state();
        state.subscribed = [false; SHARDS];
        state.is_away = true;
        state.owes_missed = state.watched.map(|watched| watched > 0);
        drop(state);
        self.settled.notify_waiters();
    }

    /// Passes on what another node announced.
    pub(super) fn hear(&self, record: Record) {
        match record {
            Record::Missed => self.heard.missed(),
            Record::Changed(short) => {
                let state = self.state();
                let inboxes = state.by_short.get(&short).into_iter().flatten();
                self.heard.changed(inboxes.map(|(_, whose)| whose));
            }
            Record::Read(address, what) => {
                if let Some(whose) = self.inbox(address) {
                    self.heard.read(&whose, what);
                }
            }
            Record::Returned(address, ids) => {
                if let Some(whose) = self.inbox(address) {
                    self.heard.returned(&whose, ids);
                }
            }
            Record::DetailsLost(address) => {
                if let Some(whose) = self.inbox(address) {
                    self.heard.details_lost(&whose);
                }
            }
        }
    }

    /// The watched inbox with this address.
    fn inbox(&self, address: Address) -> Option<Mailbox> {
        let state = self.state();
        let inboxes = state.by_short.get(&address.short())?;
        let found = inboxes.iter().find(|(one, _)| *one == address);
        found.map(|(_, whose)| whose.clone())
    }

    /// How many channels are subscribed to.
    pub(super) fn subscribed(&self) -> usize {
        self.state().subscribed.iter().filter(|one| **one).count()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use campanile_domain::{TenantId, UserId};

    use super::*;

    /// Two inboxes in different channels.
    fn two() -> (Mailbox, Mailbox) {
        let tenant = TenantId::parse("acme").expect("a tenant");
        let whose = |n: u32| {
            let user = UserId::parse(&format!("u{n}")).expect("a user");
            Mailbox::new(&tenant, &user)
        };
        let first = whose(0);
        let shard = Address::of(&first).shard();
        let other = (1..)
            .map(whose)
            .find(|one| Address::of(one).shard() != shard);
        (first, other.expect("256 channels"))
    }

    fn shard(whose: &Mailbox) -> u8 {
        Address::of(whose).shard()
    }

    async fn is_missed(watches: &Watches) -> bool {
        let heard = timeout(Duration::from_millis(1), watches.heard.next()).await;
        heard.is_ok_and(|heard| heard.missed)
    }

    #[tokio::test(start_paused = true)]
    async fn a_loss_is_reported_when_its_channel_is_subscribed_to_and_not_before() {
        let (watches, (first, second)) = (Watches::default(), two());
        watches.watch(&first).await;
        let join = watches.difference().join;
        assert_eq!(join, [shard(&first)]);
        // It begins while the server is being asked for the first channel.
        watches.watch(&second).await;
        watches.joined(&join);
        assert!(is_missed(&watches).await, "of the first");
        let join = watches.difference().join;
        assert_eq!(join, [shard(&second)]);
        watches.joined(&join);
        assert!(is_missed(&watches).await, "of the second");
        watches.joined(&[]);
        assert!(!is_missed(&watches).await, "once each");
    }

    #[tokio::test(start_paused = true)]
    async fn after_an_outage_a_loss_is_reported_for_whoever_still_watches() {
        let (watches, (first, second)) = (Watches::default(), two());
        watches.watch(&first).await;
        watches.joined(&watches.difference().join);
        assert!(is_missed(&watches).await);
        watches.lost();
        watches.joined(&watches.difference().join);
        assert!(is_missed(&watches).await);
        watches.lost();
        watches.unwatch(&first);
        watches.watch(&second).await;
        watches.unwatch(&second);
        watches.joined(&watches.difference().join);
        assert!(!is_missed(&watches).await, "nobody has missed anything");
    }
}
