//! A quantity of one process that its callers share: bytes in memory, seats.
//!
//! The whole has a bound, and so has each part (a tenant, a user, a connection): a caller that takes
//! all of its part leaves the rest to others. What is larger than a bound goes alone.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// A part of the whole: its name, which no part of another kind has, and how much it may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    name: String,
    most: usize,
}

impl Part {
    /// A part.
    pub fn new(name: impl Into<String>, most: usize) -> Self {
        Self {
            name: name.into(),
            most,
        }
    }
}

/// There is too little left of the whole or of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too little is left")]
pub struct NoneLeft;

/// What is shared; cheap to clone.
#[derive(Debug, Clone)]
pub struct Shares {
    most: usize,
    taken: Arc<Mutex<Taken>>,
    given_back: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    parts: HashMap<String, usize>,
}

impl Taken {
    fn add(&mut self, parts: &[Part], amount: usize) {
        if amount == 0 {
            return;
        }
        self.all += amount;
        for part in parts {
            match self.parts.get_mut(&part.name) {
                Some(taken) => *taken += amount,
                None => drop(self.parts.insert(part.name.clone(), amount)),
            }
        }
    }

    fn give_back(&mut self, parts: &[Part], amount: usize) {
        self.all -= amount;
        for part in parts {
            let Some(taken) = self.parts.get_mut(&part.name) else {
                continue;
            };
            *taken -= amount;
            if *taken == 0 {
                self.parts.remove(&part.name);
            }
        }
    }

    fn of(&self, part: &Part) -> usize {
        self.parts.get(&part.name).copied().unwrap_or(0)
    }
}

const fn fits(taken: usize, amount: usize, most: usize) -> bool {
    taken == 0 || taken.saturating_add(amount) <= most
}

impl Shares {
    /// So much.
    pub fn new(most: usize) -> Self {
        Self {
            most,
            taken: Arc::default(),
            given_back: Arc::default(),
        }
    }

    /// Takes some of the whole and of each of these parts, until the share is dropped.
    ///
    /// # Errors
    /// [`NoneLeft`].
    pub fn take(&self, parts: Vec<Part>, amount: usize) -> Result<Share, NoneLeft> {
        self.add(&parts, amount)?;
        Ok(self.share(parts, amount))
    }

    fn add(&self, parts: &[Part], amount: usize) -> Result<(), NoneLeft> {
        let mut taken = self.taken();
        let is_room = fits(taken.all, amount, self.most)
            && parts
                .iter()
                .all(|part| fits(taken.of(part), amount, part.most));
        if !is_room {
            return Err(NoneLeft);
        }
        taken.add(parts, amount);
        Ok(())
    }

    /// The same, and waits up to `patience` for others to give something back.
    ///
    /// # Errors
    /// [`NoneLeft`].
    pub async fn take_within(
        &self,
        parts: Vec<Part>,
        amount: usize,
        patience: Duration,
    ) -> Result<Share, NoneLeft> {
        let until = Instant::now() + patience;
        loop {
            let mut given_back = pin!(self.given_back.notified());
            given_back.as_mut().enable();
            if let Ok(share) = self.take(parts.clone(), amount) {
                return Ok(share);
            }
            if timeout_at(until, given_back).await.is_err() {
                return Err(NoneLeft);
            }
        }
    }

    /// Waits up to `patience` until so much of the whole is left.
    pub async fn room_within(&self, amount: usize, patience: Duration) {
        let until = Instant::now() + patience;
        loop {
            let mut given_back = pin!(self.given_back.notified());
            given_back.as_mut().enable();
            if self.in_use().saturating_add(amount) <= self.most
                || timeout_at(until, given_back).await.is_err()
            {
                return;
            }
        }
    }

    /// Takes what can no longer be refused, beyond the bounds if need be.
    pub fn take_anyway(&self, parts: Vec<Part>, amount: usize) -> Share {
        self.taken().add(&parts, amount);
        self.share(parts, amount)
    }

    /// Whether the whole, or one of these parts, is used up.
    pub fn is_used_up(&self, parts: &[Part]) -> bool {
        let taken = self.taken();
        taken.all >= self.most || parts.iter().any(|part| taken.of(part) >= part.most)
    }

    /// How much of the whole is taken.
    pub fn in_use(&self) -> usize {
        self.taken().all
    }

    fn share(&self, parts: Vec<Part>, amount: usize) -> Share {
        Share {
            of: self.clone(),
            parts: parts.into(),
            amount,
        }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The part of a share that is in use; returned when it is dropped.
#[derive(Debug)]
pub struct Share {
    of: Shares,
    parts: Arc<[Part]>,
    amount: usize,
}

impl Share {
    /// How much.
    pub const fn amount(&self) -> usize {
        self.amount
    }

    /// Takes a piece off, of at most this amount.
    #[must_use]
    pub fn split(&mut self, amount: usize) -> Self {
        let amount = amount.min(self.amount);
        self.amount -= amount;
        Self {
            of: self.of.clone(),
            parts: Arc::clone(&self.parts),
            amount,
        }
    }

    /// Takes so much more.
    ///
    /// # Errors
    /// [`NoneLeft`]; what was taken before stays.
    pub fn grow(&mut self, amount: usize) -> Result<(), NoneLeft> {
        self.of.add(&self.parts, amount)?;
        self.amount += amount;
        Ok(())
    }

    /// Takes so much more, beyond the bounds if need be.
    pub fn grow_anyway(&mut self, amount: usize) {
        self.of.taken().add(&self.parts, amount);
        self.amount += amount;
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        if self.amount > 0 {
            self.of.taken().give_back(&self.parts, self.amount);
            self.of.given_back.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(tenant: &str) -> Vec<Part> {
        vec![Part::new(tenant, 60)]
    }

    #[test]
    fn who_takes_all_of_a_part_leaves_the_rest_to_others() {
        let shares = Shares::new(100);
        let first = shares.take(of("a"), 50).expect("room");
        assert_eq!(shares.take(of("a"), 11).err(), Some(NoneLeft));
        let second = shares.take(of("b"), 50).expect("room");
        assert_eq!(
            shares.take(of("c"), 1).err(),
            Some(NoneLeft),
            "all is taken"
        );
        assert!(shares.is_used_up(&of("c")));
        drop(first);
        assert!(shares.take(of("a"), 50).is_ok());
        drop(second);
        assert_eq!(shares.in_use(), 0);
        assert!(shares.taken().parts.is_empty(), "no part is kept for ever");
    }

    #[test]
    fn what_is_larger_than_a_bound_goes_alone() {
        let shares = Shares::new(100);
        let large = shares.take(of("a"), 500).expect("nothing else is taken");
        assert!(shares.take(of("b"), 1).is_err());
        drop(large);
        drop(shares.take(of("b"), 0).expect("nothing is little enough"));
        assert!(shares.taken().parts.is_empty());
        let _small = shares.take(of("a"), 1).expect("room");
        assert!(shares.take(of("a"), 500).is_err());
        let due = shares.take_anyway(of("a"), 500);
        assert_eq!(shares.in_use(), 501);
        drop(due);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_gets_what_others_give_back() {
        let shares = Shares::new(100);
        let first = shares.take(of("a"), 60).expect("room");
        let patience = Duration::from_secs(1);
        let (more, ()) = tokio::join!(shares.take_within(of("a"), 40, patience), async {
            drop(first);
        });
        assert!(more.is_ok());
        let refused = shares.take_within(of("a"), 40, patience).await;
        assert_eq!(refused.err(), Some(NoneLeft));
        let more = more.expect("room");
        let began = Instant::now();
        tokio::join!(shares.room_within(100, patience), async {
            drop(more);
        });
        assert_eq!(began.elapsed(), Duration::ZERO);
        shares.room_within(101, patience).await;
        assert_eq!(began.elapsed(), patience);
    }

    #[test]
    fn a_share_comes_apart_and_grows() {
        let shares = Shares::new(100);
        let mut share = shares.take(of("a"), 30).expect("room");
        let piece = share.split(20);
        drop(share);
        assert_eq!((piece.amount(), shares.in_use()), (20, 20));
        let mut piece = piece;
        assert!(piece.grow(41).is_err() && piece.grow(40).is_ok());
        assert_eq!((piece.amount(), shares.in_use()), (60, 60));
        piece.grow_anyway(50);
        assert_eq!((piece.amount(), shares.in_use()), (110, 110));
        drop(piece);
        assert_eq!(shares.in_use(), 0);
    }
}
