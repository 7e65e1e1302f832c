//! Load at a fixed rate, receivers that keep a ledger, and the join that finds what was lost.
//!
//! `cli` says what can be asked; `sink`, `run` and `join` do it; `ledger` is the files they share.

mod cli;
mod clock;
mod join;
mod ledger;
mod process;
mod run;
mod sink;
mod summary;

pub use cli::main;
