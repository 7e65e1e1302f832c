//! Buckets that all nodes share, without asking them for each request.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use campanile_domain::Rate;
use tokio::time::Instant;

use super::{Bucket, BucketKind, Grant, LocalTokens, TokenRequest, TokenSource};

/// Tokens that were taken and not used are given up after so long; and a bucket that used up what
/// it took within it takes twice as many next time.
const LEASE: Duration = Duration::from_secs(1);
/// More leases are not kept; a lease given up costs a few tokens.
const MOST_LEASES: usize = 50_000;

/// Where the tokens come from at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimiterMode {
    /// All nodes share the buckets.
    Redis,
    /// Each process has its own: it is alone, or the shared ones are away.
    Local,
}

impl LimiterMode {
    /// The name in health reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Redis => "redis",
            Self::Local => "local",
        }
    }
}

/// What became of one request, as the tightest of its buckets sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The bucket.
    pub kind: BucketKind,
    /// How much it holds.
    pub limit: u32,
    /// How much it still has, about.
    pub remaining: u32,
    /// Until it is full.
    pub reset: Duration,
    /// Refused; another try makes sense after so long.
    pub refused: Option<Duration>,
}

/// Admits requests.
#[async_trait]
pub trait RateLimiter: Send + Sync + 'static {
    /// Takes a token from each bucket, or says which has none. `None` for no buckets.
    async fn admit(&self, buckets: &[(Bucket, Rate)]) -> Option<Verdict>;

    /// Where the tokens come from.
    fn mode(&self) -> LimiterMode;
}

/// Takes tokens of busy buckets in chunks.
pub struct LeasedLimiter {
    shared: Option<Arc<dyn TokenSource>>,
    local: LocalTokens,
    leases: Mutex<HashMap<Bucket, Lease>>,
    is_away: AtomicBool,
}

/// What this process holds of one bucket.
#[derive(Clone, Copy)]
struct Lease {
    tokens: u32,
    /// How many it was, for the size of the next.
    size: u32,
    remaining: u32,
    taken_at: Instant,
    full_at: Instant,
    /// Known to be empty until then.
    empty_until: Option<Instant>,
}

impl LeasedLimiter {
    /// Shares buckets through `shared`; without it each process has its own.
    pub fn new(shared: Option<Arc<dyn TokenSource>>) -> Self {
        Self {
            shared,
            local: LocalTokens::default(),
            leases: Mutex::default(),
            is_away: AtomicBool::new(false),
        }
    }

    fn alone(&self, buckets: &[(Bucket, Rate)]) -> Option<Verdict> {
        let wanted: Vec<_> = buckets.iter().map(|(b, r)| wanted(b, r, 1)).collect();
        let grants = self.local.take_now(&wanted);
        tightest(buckets.iter().zip(grants).map(|((bucket, rate), grant)| {
            verdict(bucket, rate, grant.remaining, grant.reset, grant.wait)
        }))
    }

    /// From what is held, if that is enough for a verdict; else what must be asked for.
    fn by_leases(
        &self,
        buckets: &[(Bucket, Rate)],
        now: Instant,
    ) -> Result<Verdict, Vec<TokenRequest>> {
        let mut leases = self.leases.lock().unwrap_or_else(PoisonError::into_inner);
        let refusals = buckets.iter().filter_map(|(bucket, rate)| {
            let lease = leases.get(bucket)?;
            let wait = lease.empty_until?.checked_duration_since(now)?;
            let reset = lease.full_at.saturating_duration_since(now);
            (!wait.is_zero()).then(|| verdict(bucket, rate, 0, reset, wait))
        });
        if let Some(refused) = tightest(refusals) {
            return Ok(refused);
        }
        let missing: Vec<_> = buckets
            .iter()
            .filter_map(|(bucket, rate)| match leases.get(bucket) {
                Some(lease) if lease.tokens > 0 && now < lease.taken_at + LEASE => None,
                Some(lease) if lease.tokens == 0 && now < lease.taken_at + LEASE => {
                    let tokens = lease.size.saturating_mul(2).clamp(1, chunk(rate));
                    Some(wanted(bucket, rate, tokens))
                }
                _ => Some(wanted(bucket, rate, 1)),
            })
            .collect();
        if missing.is_empty() {
            spend(&mut leases, buckets, now).ok_or(missing)
        } else {
            Err(missing)
        }
    }

    fn lease(&self, wanted: &[TokenRequest], grants: &[Grant], now: Instant) {
        let mut leases = self.leases.lock().unwrap_or_else(PoisonError::into_inner);
        if leases.len() + wanted.len() > MOST_LEASES {
            leases.retain(|_, lease| now < lease.taken_at + LEASE);
            if leases.len() + wanted.len() > MOST_LEASES {
                leases.clear();
            }
        }
        for (one, grant) in wanted.iter().zip(grants) {
            let held = leases
                .get(&one.bucket)
                .filter(|held| now < held.taken_at + LEASE);
            let lease = Lease {
                tokens: grant.tokens + held.map_or(0, |held| held.tokens),
                size: grant.tokens,
                remaining: grant.remaining,
                taken_at: now,
                full_at: now + grant.reset,
                empty_until: (!grant.wait.is_zero()).then(|| now + grant.wait),
            };
            leases.insert(one.bucket.clone(), lease);
        }
    }
}

#[async_trait]
impl RateLimiter for LeasedLimiter {
    async fn admit(&self, buckets: &[(Bucket, Rate)]) -> Option<Verdict> {
        if buckets.is_empty() {
            return None;
        }
        let Some(shared) = &self.shared else {
            return self.alone(buckets);
        };
        let missing = match self.by_leases(buckets, Instant::now()) {
            Ok(verdict) => return Some(verdict),
            Err(missing) => missing,
        };
        let grants = shared.take(&missing).await;
        self.is_away.store(grants.is_err(), Ordering::Relaxed);
        let Ok(grants) = grants else {
            return self.alone(buckets);
        };
        let now = Instant::now();
        self.lease(&missing, &grants, now);
        let refusals = missing
            .iter()
            .zip(&grants)
            .filter(|(_, g)| !g.wait.is_zero());
        let refused = tightest(
            refusals
                .map(|(one, grant)| verdict(&one.bucket, &one.rate, 0, grant.reset, grant.wait)),
        );
        if refused.is_some() {
            return refused;
        }
        let mut leases = self.leases.lock().unwrap_or_else(PoisonError::into_inner);
        spend(&mut leases, buckets, now)
    }

    fn mode(&self) -> LimiterMode {
        if self.shared.is_none() || self.is_away.load(Ordering::Relaxed) {
            LimiterMode::Local
        } else {
            LimiterMode::Redis
        }
    }
}

/// One token of each. A neighbour that was faster may have left none: what was granted to this
/// request is its own all the same, so it is admitted.
fn spend(
    leases: &mut HashMap<Bucket, Lease>,
    buckets: &[(Bucket, Rate)],
    now: Instant,
) -> Option<Verdict> {
    tightest(buckets.iter().filter_map(|(bucket, rate)| {
        let lease = leases.get_mut(bucket)?;
        lease.tokens = lease.tokens.saturating_sub(1);
        let remaining = (lease.remaining + lease.tokens).min(rate.burst());
        let reset = lease.full_at.saturating_duration_since(now);
        Some(verdict(bucket, rate, remaining, reset, Duration::ZERO))
    }))
}

/// What a busy node may take at once: a tenth of a second's worth, and a tenth of the burst, so
/// that what it does not use does not matter.
fn chunk(rate: &Rate) -> u32 {
    let tenth_of_a_second = (1e5 / rate.interval_micros()) as u32;
    tenth_of_a_second.min(rate.burst() / 10).max(1)
}

fn wanted(bucket: &Bucket, rate: &Rate, tokens: u32) -> TokenRequest {
    TokenRequest {
        bucket: bucket.clone(),
        rate: *rate,
        tokens,
    }
}

fn verdict(
    bucket: &Bucket,
    rate: &Rate,
    remaining: u32,
    reset: Duration,
    wait: Duration,
) -> Verdict {
    Verdict {
        kind: bucket.kind,
        limit: rate.burst(),
        remaining,
        reset,
        refused: (!wait.is_zero()).then_some(wait),
    }
}

/// The one that refuses for longest, else the one with the smallest share left.
fn tightest(verdicts: impl Iterator<Item = Verdict>) -> Option<Verdict> {
    let share = |v: &Verdict| u64::from(v.remaining) * 1_000_000 / u64::from(v.limit.max(1));
    verdicts.min_by_key(|v| (std::cmp::Reverse(v.refused), share(v)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_takes_little_at_once() {
        for (text, size) in [
            ("10/m", 1),
            ("5000/s burst 10000", 500),
            ("100/s burst 20", 2),
        ] {
            assert_eq!(chunk(&text.parse().expect(text)), size, "{text}");
        }
    }
}
