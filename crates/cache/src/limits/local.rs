//! The buckets of one process.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use campanile_domain::Rate;
use tokio::time::Instant;

use super::{Bucket, Grant, TokenRequest, TokenSource, TokensAway};

/// More buckets are not kept: the full ones go, and if none is full, all do.
const MOST_BUCKETS: usize = 50_000;

/// Buckets in memory, each as the moment at which it will be full.
#[derive(Debug)]
pub struct LocalTokens<K = Bucket>(Mutex<HashMap<K, Instant>>);

impl<K> Default for LocalTokens<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Clone + Eq + Hash> LocalTokens<K> {
    /// Takes as [`TokenSource::take`] does, at once.
    pub fn take_now(&self, wanted: &[TokenRequest<K>]) -> Vec<Grant> {
        let now = Instant::now();
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() + wanted.len() > MOST_BUCKETS {
            buckets.retain(|_, full_at| *full_at > now);
            if buckets.len() + wanted.len() > MOST_BUCKETS {
                buckets.clear();
            }
        }
        let until_full = |one: &TokenRequest<K>| {
            let full_at = buckets.get(&one.bucket).copied().unwrap_or(now);
            full_at.saturating_duration_since(now).as_secs_f64() * 1e6
        };
        let level = |one: &TokenRequest<K>| Level::of(one.rate, until_full(one));
        let mut levels: Vec<Level> = wanted.iter().map(level).collect();
        if levels.iter().all(|level| level.there >= 1) {
            for (one, level) in wanted.iter().zip(&mut levels) {
                level.taken = one.tokens.min(level.there);
                let full_in = level.until_full + f64::from(level.taken) * level.interval;
                level.until_full = full_in;
                buckets.insert(one.bucket.clone(), now + micros(full_in));
            }
        }
        levels.iter().map(Level::grant).collect()
    }
}

/// One bucket at one moment; times in microseconds.
struct Level {
    interval: f64,
    until_full: f64,
    capacity: f64,
    there: u32,
    taken: u32,
}

impl Level {
    fn of(rate: Rate, until_full: f64) -> Self {
        let interval = rate.interval_micros();
        let capacity = f64::from(rate.burst()) * interval;
        Self {
            interval,
            until_full,
            capacity,
            there: whole((capacity - until_full) / interval),
            taken: 0,
        }
    }

    fn grant(&self) -> Grant {
        Grant {
            tokens: self.taken,
            remaining: self.there - self.taken,
            wait: if self.there == 0 {
                micros(self.until_full + self.interval - self.capacity)
            } else {
                Duration::ZERO
            },
            reset: micros(self.until_full),
        }
    }
}

/// A hair below a whole number is the arithmetic's, not the bucket's.
fn whole(tokens: f64) -> u32 {
    (tokens + 1e-6).max(0.0) as u32
}

fn micros(micros: f64) -> Duration {
    Duration::from_micros(micros.max(0.0).ceil() as u64)
}

#[async_trait]
impl TokenSource for LocalTokens {
    async fn take(&self, wanted: &[TokenRequest]) -> Result<Vec<Grant>, TokensAway> {
        Ok(self.take_now(wanted))
    }
}
