//! A channel's worker: takes messages, loads their rows, makes the calls, records the answers.
//!
//! In the plain case nothing is written before a call: the unacknowledged message marks what is in
//! hand. In a message that somebody may have had before, each delivery is marked as started first;
//! one that was started and not finished before goes alone, so that poison is blamed exactly.

mod attempt;
mod bundle;
mod lanes;
mod load;
mod record;
mod run;

pub(crate) use bundle::Bundle;
pub(crate) use lanes::Lanes;
pub(crate) use record::Recorder;
pub(crate) use run::Worker;
