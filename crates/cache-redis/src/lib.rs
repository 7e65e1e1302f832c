//! Hints between the processes of a cluster, over Redis.
//!
//! [`RedisBus`] wakes; `publisher` and `subscriber` are its two tasks, `pool` its connections.
//! [`RedisInboxSignal`] tells nodes that an inbox has changed. [`RedisShared`] is what nodes keep together: `inbox` the
//! cache, `limits` the buckets, `stream_tickets` the tickets, `presence` who has a stream open, `link` the connection of all three, `scripts` and `keys`
//! what stands on the server.
//! Losing Redis costs polls and queries, never a notification.

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests live in the present")
)]

mod bus;
mod inbox;
mod kept;
mod keys;
mod limits;
mod link;
mod outage;
mod pool;
mod presence;
mod publisher;
mod scripts;
mod shared;
mod signal;
mod stream_tickets;
mod subscriber;
mod wire;

pub use bus::RedisBus;
pub use inbox::RedisInboxCache;
pub use limits::RedisTokens;
pub use outage::RedisBusError;
pub use presence::RedisPresence;
pub use shared::RedisShared;
pub use signal::RedisInboxSignal;
pub use stream_tickets::RedisStreamTickets;
