//! A channel's worker: takes messages, loads their rows, makes the calls, records the answers.
//!
//! In the plain case nothing is written before a call: the unacknowledged message marks what is in
//! hand. A message that somebody may have had before is worked one delivery at a time, each with a
//! started mark first, so that poison is blamed exactly.

mod attempt;
mod bundle;
mod lanes;
mod load;
mod record;
mod run;

pub(crate) use lanes::Lanes;
pub(crate) use record::Recorder;
pub(crate) use run::Worker;
