//! Where tokens come from.

use std::time::Duration;

use async_trait::async_trait;
use campanile_domain::Rate;

use super::Bucket;

/// A request for tokens of one bucket.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenRequest<K = Bucket> {
    /// Of which.
    pub bucket: K,
    /// How it fills.
    pub rate: Rate,
    /// At least one; as many as there are, up to this, are given.
    pub tokens: u32,
}

/// What one bucket gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// So many.
    pub tokens: u32,
    /// What is left in the bucket.
    pub remaining: u32,
    /// Until it has one; zero if it had.
    pub wait: Duration,
    /// Until it is full.
    pub reset: Duration,
}

/// The source cannot be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the shared rate limit buckets (Redis) cannot be reached")]
pub struct TokensAway;

/// Gives tokens.
#[async_trait]
pub trait TokenSource: Send + Sync + 'static {
    /// Takes from all of the buckets or, if one of them is empty, from none; one grant each, in
    /// order.
    ///
    /// # Errors
    /// [`TokensAway`], soon.
    async fn take(&self, wanted: &[TokenRequest]) -> Result<Vec<Grant>, TokensAway>;
}
