//! Hints between the processes of a cluster, over Redis.
//!
//! [`RedisBus`] wakes; `publisher` and `subscriber` are its two tasks, `pool` its connections.
//! [`RedisShared`] is what nodes keep together: `inbox` the cache, `limits` the buckets, `link` the
//! connection of both, `scripts` and `keys` what stands on the server.
//! Losing Redis costs polls and queries, never a notification.

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests live in the present")
)]

mod bus;
mod error;
mod inbox;
mod kept;
mod keys;
mod limits;
mod link;
mod outage;
mod pool;
mod publisher;
mod scripts;
mod shared;
mod subscriber;
mod wire;

pub use bus::RedisBus;
pub use error::RedisBusError;
pub use inbox::RedisInboxCache;
pub use limits::RedisTokens;
pub use shared::RedisShared;
