//! Tests of everything kept on Postgres.
//!
//! One program: linking another takes longer than most tests.

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod accept;
mod contract;
mod erase;
mod fanouts;
mod inbox_writes;
mod listed_forms;
mod migrate;
mod migrate_filled;
mod outage;
mod plan_marks;
mod policies;
mod pool;
mod preferences;
mod schema;
mod sealing;
mod sockets;
