//! Plan, send, record: everything between the outbox and the provider's answer.
//!
//! ```text
//! outbox ─► relay ─► queue ─► worker ─► recorder ─► rows
//!              ▲                 │
//! schedule ─► scheduler      heartbeat
//! fanouts ─► fanouts ─► notifications, outbox
//! fanout_recalls ─► recalls ─► deliveries, which are cancelled
//! user_merges ─► merges ─► notifications of the user who is kept
//! key_rotations ─► rotations ─► rows that a former key has sealed
//! dispatch ─► sweeper ───────────┘ (what a dead worker or an emptied queue lost)
//! queue's dead letters ─► dead_messages ─► dead letters (what no worker could read)
//! ```
//!
//! [`Delivery::start`] runs all of them as tasks of one process. Relay, scheduler and sweeper run
//! in every worker; each skips the rows that another one has claimed. Recovery from any crash is the
//! same: process the rows that are due.

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests live in the present")
)]

mod account;
mod chores;
mod dead_messages;
mod expedite;
mod fanout_words;
mod fanouts;
mod heartbeat;
mod in_hand;
mod merges;
mod pauses;
mod publish;
mod recalls;
mod relay;
mod removals;
mod reports;
mod reschedules;
mod retention;
mod rotations;
mod rounds;
mod scheduler;
mod start;
mod statistics;
mod sweeper;
mod tally;
mod templates;
mod trials;
mod trouble;
mod troubles;
mod turn_counts;
mod unserved;
mod vital;
mod worker;

pub use account::{
    Account, AccountFault, AccountSpec, AccountState, Accounts, Addresses, BreakerSettings,
    BreakerState, HeldPlatform, LastFailure, Pause, Share, Unusable,
};
pub use start::{Delivery, DeliveryParts, DeliverySettings};
