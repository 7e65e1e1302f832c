//! Load at a fixed rate, a receiver that keeps a ledger, and the join that finds what was lost.
//!
//! `cli` says what can be asked. The experiments: `scenario` does `people`, `run` and `join` around a `sink`; `inbox`
//! reads and writes inboxes, `topic` sends to a topic, `recipes` sends through many
//! services of which one answers nothing, `callers` sends as fast as answers come, `client` calls through
//! the client crate while the service goes and comes, `streams` listens. They share `cluster`, which starts the service and clears up, and
//! `report`, which is what they showed. `api` calls the service, `pace` begins requests when they are due, the crate `fakes`
//! plays the providers and writes the ledgers, `population` and `token` are whom they act for.

mod api;
mod callers;
mod cli;
mod client;
mod clock;
mod cluster;
mod inbox;
mod join;
mod pace;
mod people;
mod population;
mod progress;
mod recipes;
mod report;
mod run;
mod scenario;
mod streams;
mod token;
mod topic;

pub use cli::main;
