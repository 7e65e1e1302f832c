//! Hints between processes: wiped, they cost a query or a poll, never a notification.
//!
//! Neighbours: `cache-redis` implements [`Bus`] for the cluster; [`InProcessBus`] serves one process.

mod bus;

pub use bus::{Bus, BusHealth, InProcessBus, Wake};
