//! The seats of the listener, and who leaves when they are all taken.
//!
//! A connection that has proved nothing and asks for nothing leaves first: of the address that has
//! most of those, the one that has rested longest. Where there is none, one that rests after requests
//! with a credential. Connections with a request under way stay.

use std::collections::HashMap;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use campanile_telemetry::{Outage, metrics};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

use super::pulse::Pulse;

/// While all are busy, the next that rests is looked for so often.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Closing a stream costs some 25 µs. When all ten thousand leave together, requests would wait for a quarter of a second.
const CLOSING: usize = 4;

/// All connections of a listener.
pub(super) struct House {
    seats: Arc<Semaphore>,
    /// Streams that may be closed at a time.
    closing: Semaphore,
    size: usize,
    next_id: AtomicU64,
    inside: Mutex<HashMap<u64, Arc<Pulse>>>,
    full: Outage,
}

impl House {
    pub(super) fn new(size: usize) -> Self {
        Self {
            seats: Arc::new(Semaphore::new(size)),
            closing: Semaphore::new(CLOSING),
            size,
            next_id: AtomicU64::new(0),
            inside: Mutex::default(),
            full: Outage::of(
                "finding a free slot for a new connection",
                "idle connections are closed to make room, unauthenticated ones first",
            ),
        }
    }

    /// A seat for a connection that has come. Where there is none, another one is asked to leave.
    pub(super) async fn seat(self: &Arc<Self>, peer: IpAddr) -> Seat {
        let free = Arc::clone(&self.seats).try_acquire_owned();
        let permit = match free {
            Ok(permit) => permit,
            Err(_) => {
                self.note_full();
                self.next_free().await
            }
        };
        self.note_room();
        let pulse = Arc::new(Pulse::new(
            self.next_id.fetch_add(1, Ordering::Relaxed),
            peer,
        ));
        self.inside().insert(pulse.id, Arc::clone(&pulse));
        metrics().http_connections.inc();
        Seat {
            house: Arc::clone(self),
            pulse,
            _permit: permit,
        }
    }

    /// The next slot that becomes free after a connection was asked to close: at once, or as soon as one is idle.
    async fn next_free(&self) -> OwnedSemaphorePermit {
        let mut free = pin!(Arc::clone(&self.seats).acquire_owned());
        let mut is_asked = false;
        loop {
            if !is_asked && let Some(leaver) = self.leaver() {
                leaver.give_up_seat();
                is_asked = true;
            }
            tokio::select! {
                seat = free.as_mut() => return seat.expect("the semaphore is never closed"),
                () = tokio::time::sleep(LOOK_AGAIN), if !is_asked => {}
            }
        }
    }

    fn inside(&self) -> MutexGuard<'_, HashMap<u64, Arc<Pulse>>> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leaver(&self) -> Option<Arc<Pulse>> {
        let inside = self.inside();
        let resting = || {
            let all = inside.values();
            all.filter_map(|one| Some((one.rests_since()?, one)))
        };
        let mut by_peer: HashMap<IpAddr, usize> = HashMap::new();
        for (_, one) in resting().filter(|(_, one)| !one.is_authenticated()) {
            *by_peer.entry(one.peer).or_default() += 1;
        }
        let crowd = by_peer.into_iter().max_by_key(|(_, count)| *count);
        let of_crowd = |one: &Pulse| match crowd {
            Some((peer, _)) => !one.is_authenticated() && one.peer == peer,
            None => true,
        };
        let longest = resting()
            .filter(|(_, one)| of_crowd(one))
            .min_by_key(|(since, _)| *since);
        longest.map(|(_, one)| Arc::clone(one))
    }

    fn note_full(&self) {
        let taken = format!("all {} slots are in use", self.size);
        self.full.failed(&taken);
    }

    /// It is over once a tenth of the seats is free.
    fn note_room(&self) {
        if self.seats.available_permits() > self.size / 10 {
            self.full.worked();
        }
    }
}

/// A connection's place, free again when this is dropped.
pub(super) struct Seat {
    house: Arc<House>,
    pub(super) pulse: Arc<Pulse>,
    _permit: OwnedSemaphorePermit,
}

impl Seat {
    /// Waits until this connection may be closed, which is until a few others are.
    pub(super) async fn turn_to_close(&self) -> SemaphorePermit<'_> {
        let turn = self.house.closing.acquire().await;
        turn.expect("the semaphore is never closed")
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        metrics().http_connections.dec();
        self.house.inside().remove(&self.pulse.id);
        self.house.note_room();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_longest_resting_of_the_most_crowded_address_leaves_first() {
        let house = Arc::new(House::new(10));
        let (one, many) = (IpAddr::from([10, 0, 0, 1]), IpAddr::from([10, 0, 0, 2]));
        let mut seats = Vec::new();
        for peer in [one, many, many, many] {
            seats.push(house.seat(peer).await);
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let busy = Pulse::request(&seats[1].pulse, http::Version::HTTP_11);
        seats[2].pulse.authenticate();
        let leaver = || house.leaver().map(|one| one.id);
        // Each has one that proved nothing and rests; either may go, never the other two.
        let first = leaver().expect("one");
        assert!([seats[0].pulse.id, seats[3].pulse.id].contains(&first));
        drop(busy);
        assert_eq!(leaver(), Some(seats[3].pulse.id), "it has rested longest");
        for rude in [3, 1, 0] {
            seats[rude].pulse.give_up_seat();
        }
        assert_eq!(leaver(), Some(seats[2].pulse.id), "better than none");
        seats[2].pulse.give_up_seat();
        assert_eq!(leaver(), None);
    }
}
