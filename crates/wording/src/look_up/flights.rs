//! One look-up at a time: who asks while one is under way shares the next one. So a process that has forgotten something
//! asks for it once, however many requests need it.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use campanile_storage::StorageError;
use tokio::sync::oneshot;

use super::LookUp;

/// Keys in one look-up, unless one caller alone asks for more.
const MOST_KEYS: usize = 2_000;
/// A look-up that takes longer has failed, so that one lost answer does not keep all others waiting.
const PATIENCE: Duration = Duration::from_secs(10);

/// What became of each key.
pub(super) type Found<L> =
    HashMap<<L as LookUp>::Key, Result<Option<<L as LookUp>::Value>, StorageError>>;

/// Look-ups of one kind.
pub(super) struct Flights<L: LookUp>(Arc<Inner<L>>);

struct Inner<L: LookUp> {
    look_up: L,
    state: Mutex<State<L>>,
}

struct State<L: LookUp> {
    waiting: Vec<Asked<L>>,
    is_flying: bool,
}

struct Asked<L: LookUp> {
    keys: BTreeSet<L::Key>,
    tell: oneshot::Sender<Found<L>>,
}

impl<L: LookUp> Flights<L> {
    pub(super) fn of(look_up: L) -> Self {
        let state = State {
            waiting: Vec::new(),
            is_flying: false,
        };
        Self(Arc::new(Inner {
            look_up,
            state: Mutex::new(state),
        }))
    }

    /// What became of each of these keys, by a look-up that begins after this call.
    pub(super) async fn get(&self, keys: BTreeSet<L::Key>) -> Found<L> {
        let asked = keys.clone();
        let (tell, answer) = oneshot::channel();
        {
            let mut state = self.0.state();
            state.waiting.push(Asked { keys, tell });
            if !state.is_flying {
                state.is_flying = true;
                // A task, since the caller may go away while others wait for the same answer.
                let pilot = Pilot {
                    flights: Arc::clone(&self.0),
                    has_landed: false,
                };
                tokio::spawn(pilot.fly());
            }
        }
        if let Ok(found) = answer.await {
            return found;
        }
        let failed = StorageError::Unavailable("the look-up was given up".into());
        let each = asked.into_iter().map(|key| (key, Err(failed.clone())));
        each.collect()
    }
}

impl<L: LookUp> Inner<L> {
    fn state(&self) -> MutexGuard<'_, State<L>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The callers of the next look-up; none ends it.
    fn next(&self) -> Vec<Asked<L>> {
        let mut state = self.state();
        let mut keys = 0;
        let fit = state.waiting.iter().take_while(|asked| {
            let is_first = keys == 0;
            keys += asked.keys.len();
            is_first || keys <= MOST_KEYS
        });
        let count = fit.count();
        let taken: Vec<_> = state.waiting.drain(..count).collect();
        state.is_flying = !taken.is_empty();
        taken
    }

    /// Looks keys up. If a row cannot be read, the keys are split until the faulty one is alone.
    async fn look_up(&self, keys: BTreeSet<L::Key>) -> Found<L> {
        let mut found = HashMap::with_capacity(keys.len());
        let mut parts = vec![keys];
        while let Some(mut keys) = parts.pop() {
            let asked = tokio::time::timeout(PATIENCE, self.look_up.many(&keys)).await;
            let late = |_| Err(StorageError::Unavailable("no answer in time".into()));
            match asked.unwrap_or_else(late) {
                Ok(mut values) => {
                    found.extend(keys.into_iter().map(|key| {
                        let value = values.remove(&key);
                        (key, Ok(value))
                    }));
                }
                Err(error) if error.is_lasting() && keys.len() > 1 => {
                    let middle = keys.iter().nth(keys.len() / 2).cloned();
                    if let Some(middle) = middle {
                        parts.push(keys.split_off(&middle));
                    }
                    parts.push(keys);
                }
                Err(error) => {
                    found.extend(keys.into_iter().map(|key| (key, Err(error.clone()))));
                }
            }
        }
        found
    }
}

/// The task of a look-up: a panic on the way must not leave the callers waiting for ever.
struct Pilot<L: LookUp> {
    flights: Arc<Inner<L>>,
    /// No caller was waiting any more; another pilot may be flying by now.
    has_landed: bool,
}

impl<L: LookUp> Drop for Pilot<L> {
    fn drop(&mut self) {
        if !self.has_landed {
            let mut state = self.flights.state();
            state.is_flying = false;
            state.waiting.clear();
        }
    }
}

impl<L: LookUp> Pilot<L> {
    async fn fly(mut self) {
        loop {
            let callers = self.flights.next();
            if callers.is_empty() {
                self.has_landed = true;
                return;
            }
            let keys = callers.iter().flat_map(|asked| asked.keys.iter().cloned());
            let found = self.flights.look_up(keys.collect()).await;
            for Asked { keys, tell } in callers {
                let own = keys.into_iter().filter_map(|key| {
                    let value = found.get(&key)?.clone();
                    Some((key, value))
                });
                // A caller that went away needs no answer.
                let _ = tell.send(own.collect());
            }
        }
    }
}
