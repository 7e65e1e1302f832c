//! Chance comes in as a parameter, as time does: for ids and for pauses that must not all end at once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use rand::rngs::{StdRng, ThreadRng};
use rand::{Rng, RngCore, SeedableRng};
use uuid::Uuid;

/// Where random numbers come from. Cheap to clone; the system's takes no lock.
#[derive(Debug, Clone)]
pub struct Random(Source);

#[derive(Debug, Clone)]
enum Source {
    /// The thread's generator, seeded by the system.
    System,
    /// The same numbers in every run.
    Seeded(Arc<Mutex<Seeded>>),
}

#[derive(Debug)]
struct Seeded {
    generator: StdRng,
    counters: Counters,
}

/// The milliseconds for which ids were made last, each with its counter: ids of one process that bear the same
/// millisecond keep the order in which they were made (RFC 9562 section 6.2, method 1).
///
/// A millisecond has a place of its own among the last 1,024, so that ids for another one in between do not start its
/// counter anew. Each place holds 38 bits of the millisecond and 26 of the counter.
#[derive(Debug)]
struct Counters([AtomicU64; PLACES]);

/// Tasks that draw ids for one moment are rarely further apart than this many milliseconds.
const PLACES: usize = 1_024;
const COUNTER_BITS: u32 = 26;

static OF_PROCESS: Counters = Counters([const { AtomicU64::new(0) }; PLACES]);

impl Counters {
    /// The next counter of a millisecond; `start` draws where that of a new one begins.
    fn next(&self, millis: u64, mut start: impl FnMut() -> u32) -> u32 {
        let place = &self.0[usize::try_from(millis % PLACES as u64).unwrap_or(0)];
        let (mask, of_it) = ((1 << COUNTER_BITS) - 1, millis << COUNTER_BITS);
        let mut counter = 0;
        let mut advance = |held: u64| {
            let same = held >> COUNTER_BITS == of_it >> COUNTER_BITS;
            counter = if same {
                (held as u32).wrapping_add(1) & mask
            } else {
                start()
            };
            Some(of_it | u64::from(counter))
        };
        // It never refuses, so both are the same.
        let (Ok(_) | Err(_)) =
            place.fetch_update(Ordering::Relaxed, Ordering::Relaxed, &mut advance);
        counter
    }
}

/// The counter starts anywhere in its lower half, which leaves room for 2^25 ids a millisecond.
const COUNTER_START: u32 = 1 << 25;

impl Random {
    /// The system's randomness.
    pub const fn system() -> Self {
        Self(Source::System)
    }

    /// The numbers that follow from a seed, for tests. Clones go on where the others are.
    pub fn seeded(seed: u64) -> Self {
        let generator = StdRng::seed_from_u64(seed);
        Self(Source::Seeded(Arc::new(Mutex::new(Seeded {
            generator,
            counters: Counters([const { AtomicU64::new(0) }; PLACES]),
        }))))
    }

    /// From 0 to 1, without the 1.
    pub fn fraction(&self) -> f64 {
        self.with(|generator, _| generator.random())
    }

    /// From nothing to `most`, in milliseconds, without `most` itself.
    pub fn up_to(&self, most: TimeDelta) -> TimeDelta {
        let most = most.num_milliseconds().max(1);
        TimeDelta::milliseconds(self.with(|generator, _| generator.random_range(0..most)))
    }

    /// A UUIDv4: 122 bits of chance.
    pub fn uuid(&self) -> Uuid {
        let mut bytes = [0; 16];
        self.with(|generator, _| generator.fill_bytes(&mut bytes));
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    /// A UUIDv7 (RFC 9562 section 5.7) stamped with `now`. Ids that one process makes for one
    /// millisecond, or that come from one seed, keep the order in which they were made.
    pub fn uuid_at(&self, now: DateTime<Utc>) -> Uuid {
        let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
        self.with(|generator, counters| {
            let counter = counters.next(millis, || generator.random_range(0..COUNTER_START));
            // Around the version's four bits and the variant's two: 26 bits of counter, then chance.
            let mut tail: [u8; 10] = generator.random();
            let [high, middle, low, lowest] = (counter << 6).to_be_bytes();
            tail[0] = high >> 4;
            tail[1] = high << 4 | middle >> 4;
            tail[2] = (middle << 4 | low >> 4) >> 2;
            tail[3] = (low << 2) | (lowest >> 6);
            uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
        })
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the randomness that all others are given"
    )]
    fn with<T>(&self, draw: impl FnOnce(&mut Generator<'_>, &Counters) -> T) -> T {
        match &self.0 {
            Source::System => draw(&mut Generator::Thread(rand::rng()), &OF_PROCESS),
            Source::Seeded(seeded) => {
                let mut seeded = seeded.lock().unwrap_or_else(PoisonError::into_inner);
                let Seeded {
                    generator,
                    counters,
                } = &mut *seeded;
                draw(&mut Generator::Seeded(generator), counters)
            }
        }
    }
}

/// One of the two: ids are made for each row, so that it is chosen by a `match` and not by a call through a pointer.
enum Generator<'a> {
    Thread(ThreadRng),
    Seeded(&'a mut StdRng),
}

impl RngCore for Generator<'_> {
    fn next_u32(&mut self) -> u32 {
        match self {
            Self::Thread(generator) => generator.next_u32(),
            Self::Seeded(generator) => generator.next_u32(),
        }
    }

    fn next_u64(&mut self) -> u64 {
        match self {
            Self::Thread(generator) => generator.next_u64(),
            Self::Seeded(generator) => generator.next_u64(),
        }
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        match self {
            Self::Thread(generator) => generator.fill_bytes(bytes),
            Self::Seeded(generator) => generator.fill_bytes(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_share_the_order_of_a_millisecond() {
        let now = DateTime::from_timestamp_millis(1_700_000_000_456).expect("in range");
        let mut ids = Vec::new();
        for other in 0..50 {
            ids.push(Random::system().uuid_at(now));
            let later = now + TimeDelta::milliseconds(other % 60 + 1);
            let elsewhere = std::thread::spawn(move || {
                let random = Random::system();
                (random.uuid_at(later), random.uuid_at(now))
            });
            ids.push(elsewhere.join().expect("made").1);
        }
        assert!(ids.is_sorted());
    }

    #[test]
    fn a_seed_makes_the_same_numbers_in_every_run() {
        let now = DateTime::from_timestamp_millis(1_700_000_000_123).expect("in range");
        let draw = |random: &Random| {
            let pause = random.up_to(TimeDelta::seconds(60));
            (random.uuid_at(now), random.uuid(), random.fraction(), pause)
        };
        let (one, other) = (Random::seeded(7), Random::seeded(7));
        assert_eq!(draw(&one), draw(&other));
        assert_ne!(draw(&one), draw(&Random::seeded(8)));
        let (first, second) = (one.uuid_at(now), one.clone().uuid_at(now));
        assert!(first < second);
    }

    #[test]
    fn what_is_drawn_stays_within_its_bounds() {
        for random in [Random::system(), Random::seeded(1)] {
            for _ in 0..1_000 {
                assert!((0.0..1.0).contains(&random.fraction()));
                let pause = random.up_to(TimeDelta::milliseconds(3));
                assert!((0..3).contains(&pause.num_milliseconds()), "{pause}");
            }
            assert_eq!(random.up_to(TimeDelta::zero()), TimeDelta::zero());
            assert_eq!(random.uuid().get_version_num(), 4);
            assert_eq!(random.uuid_at(Utc::now()).get_version_num(), 7);
        }
    }
}
