//! Load at a fixed rate, a receiver that keeps a ledger, and the join that finds what was lost.
//!
//! `cli` says what can be asked; `sink`, `people`, `run` and `join` do it, `scenario` all of it around
//! a cluster of its own, for `report` to tell; `inbox` reads and writes inboxes instead, `topic` sends
//! to a topic, `callers` sends as fast as answers come, `client` calls through the client crate while the service goes and comes. `cluster` is
//! what the first three start. `pace` begins requests when they are due. `ledger` is the files they share, `population` and
//! `token` whom they act for, `process` what a server costs meanwhile, `clock` and `summary` their
//! times and figures, `limits` what they may be.

mod callers;
mod cli;
mod client;
mod clock;
mod cluster;
mod inbox;
mod join;
mod ledger;
mod limits;
mod pace;
mod people;
mod population;
mod process;
mod report;
mod run;
mod scenario;
mod sink;
mod summary;
mod token;
mod topic;

pub use cli::main;
