//! Load at a fixed rate, a receiver that keeps a ledger, and the join that finds what was lost.
//!
//! `cli` says what can be asked; `sink`, `run` and `join` do it; `ledger` is the files they share,
//! `process` what a server costs meanwhile, `clock` and `summary` their times and figures.

mod cli;
mod clock;
mod join;
mod ledger;
mod process;
mod run;
mod sink;
mod summary;

pub use cli::main;
