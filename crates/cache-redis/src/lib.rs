//! Hints between the processes of a cluster, over Redis.
//!
//! [`RedisBus`] is the front; `publisher` and `subscriber` are its two tasks, `pool` its connections.
//! Losing Redis costs a poll, never a notification.

mod bus;
mod error;
mod pool;
mod publisher;
mod subscriber;
mod wire;

pub use bus::RedisBus;
pub use error::RedisBusError;
