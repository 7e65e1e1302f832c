//! How many requests a tenant, a user or a kind of call may make.
//!
//! Each bucket holds up to its burst and fills at its rate. [`LeasedLimiter`] takes tokens from a
//! [`TokenSource`] that all nodes share, busy buckets' in chunks, so that most requests need no call;
//! [`LocalTokens`] is the source of one process, and what is left when the shared one is away.

mod bucket;
mod leased;
mod local;
mod source;

pub use bucket::{Bucket, BucketKind};
pub use leased::{LeasedLimiter, LimiterMode, RateLimiter, Verdict};
pub use local::LocalTokens;
pub use source::{Grant, TokenRequest, TokenSource, TokensAway};
