//! Which spooled call may go next. No call overtakes another that changes the same inbox.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use tokio::time::Instant;

use super::slot::{Faults, Slot, Stage};
use crate::spool::{Entry, Position, Stored};

/// The oldest spooled calls, in their order.
#[derive(Debug, Default)]
pub(super) struct Window {
    slots: VecDeque<Slot>,
    /// The number of the first one.
    first: u64,
    pub(super) bytes: u64,
    pub(super) flying: usize,
}

/// Calls that are done, with none before them that is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DoneUpTo {
    pub(super) end: Position,
    pub(super) entries: u64,
    pub(super) bytes: u64,
}

impl Window {
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// Adds the next call of the spool; one that the disk did not keep is done.
    pub(super) fn push(&mut self, stored: Stored) {
        let Stored { end, bytes, entry } = stored;
        self.bytes += bytes;
        self.slots.push_back(Slot {
            stage: if entry.is_some() {
                Stage::Waiting
            } else {
                Stage::Done
            },
            entry: entry.map(Arc::new),
            end,
            bytes,
            not_before: None,
            faults: None,
        });
    }

    /// Removes and returns the calls that have expired, unless they are in flight.
    pub(super) fn drop_expired(&mut self, now_ms: u64) -> Vec<Arc<Entry>> {
        let waiting = self.slots.iter_mut().filter(|s| s.stage == Stage::Waiting);
        let dropped = waiting.filter_map(|slot| {
            let entry = slot.entry.as_ref().filter(|e| e.is_expired(now_ms))?;
            slot.stage = Stage::Done;
            Some(Arc::clone(entry))
        });
        dropped.collect()
    }

    /// The first call that waits and shares no recipient with any before it.
    pub(super) fn start_next(&mut self, now: Instant) -> Option<(u64, Arc<Entry>)> {
        let mut busy: HashSet<&str> = HashSet::new();
        let mut found = None;
        for (place, slot) in self.slots.iter().enumerate() {
            let Some(entry) = slot.entry.as_ref().filter(|_| slot.stage != Stage::Done) else {
                continue;
            };
            let is_due = slot.not_before.is_none_or(|at| at <= now);
            let is_free = match &entry.recipients {
                Some(known) => known.iter().all(|user| !busy.contains(user.as_str())),
                None => busy.is_empty(),
            };
            if slot.stage == Stage::Waiting && is_due && is_free {
                found = Some((place, Arc::clone(entry)));
                break;
            }
            match &entry.recipients {
                Some(known) => busy.extend(known.iter().map(String::as_str)),
                // It may change any inbox.
                None => break,
            }
        }
        let (place, entry) = found?;
        self.slots[place].stage = Stage::Flying;
        self.flying += 1;
        Some((self.first + place as u64, entry))
    }

    /// When a call that waits alone may go; the earliest.
    pub(super) fn next_due(&self) -> Option<Instant> {
        let waiting = self.slots.iter().filter(|s| s.stage == Stage::Waiting);
        waiting.filter_map(|slot| slot.not_before).min()
    }

    /// How often a call was answered 500.
    pub(super) fn faults(&self, number: u64) -> Option<Faults> {
        self.slots[(number - self.first) as usize].faults
    }

    /// A call that flew.
    pub(super) fn landed(&mut self, number: u64, stage: Stage) -> &mut Slot {
        self.flying -= 1;
        let slot = &mut self.slots[(number - self.first) as usize];
        slot.stage = stage;
        slot
    }

    /// Takes out what is done at the front.
    pub(super) fn take_done(&mut self) -> Option<DoneUpTo> {
        let mut done: Option<DoneUpTo> = None;
        while let Some(slot) = self.slots.pop_front_if(|slot| slot.stage == Stage::Done) {
            self.first += 1;
            self.bytes -= slot.bytes;
            let (entries, bytes) = done.map_or((0, 0), |done| (done.entries, done.bytes));
            done = Some(DoneUpTo {
                end: slot.end,
                entries: entries + 1,
                bytes: bytes + slot.bytes,
            });
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::value::to_raw_value;

    use super::*;
    use crate::IdempotencyKey;

    fn stored(number: u64, recipients: Option<&[u8]>) -> Stored {
        Stored {
            end: Position {
                segment: 1,
                offset: number + 1,
            },
            bytes: 1,
            entry: Some(Entry {
                key: IdempotencyKey::random(),
                is_callers_key: false,
                path: "/".into(),
                recipients: recipients.map(|all| all.iter().map(u8::to_string).collect()),
                made_at_ms: 0,
                expires_at_ms: None,
                body: to_raw_value(&number).unwrap(),
            }),
        }
    }

    #[test]
    fn what_expired_is_dropped_and_holds_up_nobody() {
        let (mut window, now) = (Window::default(), Instant::now());
        for (number, expires_at_ms) in [(0, Some(5)), (1, Some(6)), (2, Some(7)), (3, None)] {
            let mut one = stored(number, Some(&[number as u8 % 2]));
            one.entry.as_mut().unwrap().expires_at_ms = expires_at_ms;
            window.push(one);
        }
        let (flying, _) = window.start_next(now).unwrap();
        assert_eq!(flying, 0);
        assert_eq!(
            window.drop_expired(6).len(),
            1,
            "one is under way, one is not over"
        );
        assert_eq!(window.take_done(), None);
        assert_eq!(window.start_next(now).unwrap().0, 3);
        window.landed(0, Stage::Waiting);
        assert_eq!(window.drop_expired(6).len(), 1);
        assert_eq!(window.take_done().unwrap().entries, 2);
        assert_eq!(window.start_next(now).unwrap().0, 2);
    }

    proptest! {
        /// Whatever lands when, and whatever has to be repeated: every call is done once, no inbox sees a later call before an
        /// earlier one, and the spool only ever forgets what is done.
        #[test]
        fn no_inbox_is_overtaken(
            calls in proptest::collection::vec(proptest::option::weighted(0.9, proptest::collection::vec(0..5_u8, 1..3)), 1..20),
            choices in proptest::collection::vec((any::<prop::sample::Index>(), proptest::bool::weighted(0.7)), 400),
        ) {
            let (mut window, now) = (Window::default(), Instant::now());
            for (number, recipients) in calls.iter().enumerate() {
                window.push(stored(number as u64, recipients.as_deref()));
            }
            let shares = |a: usize, b: usize| match (&calls[a], &calls[b]) {
                (Some(a), Some(b)) => a.iter().any(|user| b.contains(user)),
                _ => true,
            };
            let (mut flying, mut done, mut forgotten) = (Vec::new(), Vec::<usize>::new(), 0);
            for (index, lands) in choices {
                while let Some((number, _)) = window.start_next(now) {
                    let number = number as usize;
                    prop_assert!(!done.contains(&number));
                    for earlier in (0..number).filter(|earlier| shares(*earlier, number)) {
                        prop_assert!(done.contains(&earlier), "{number} overtook {earlier}");
                    }
                    flying.push(number);
                }
                if flying.is_empty() {
                    break;
                }
                let number = flying.swap_remove(index.index(flying.len()));
                let stage = if lands { Stage::Done } else { Stage::Waiting };
                window.landed(number as u64, stage);
                if lands {
                    done.push(number);
                }
                if let Some(up_to) = window.take_done() {
                    forgotten += up_to.entries as usize;
                    prop_assert_eq!(up_to.end.offset as usize, forgotten);
                    prop_assert!((0..forgotten).all(|number| done.contains(&number)));
                }
            }
            prop_assert_eq!(forgotten, calls.len());
        }
    }
}
