//! A channel's worker: takes messages, loads their rows, makes the calls, records the answers.
//!
//! No tenant's slow account holds up the loop: messages wait by tenant (`parked_messages`), what is loaded is
//! bounded by tenant and in all (`room`), and each loaded message has a task that waits for permits of
//! its account (`dispatch_to_accounts`).
//!
//! Normally nothing is written before a call: the unacknowledged message marks the deliveries in progress. In a
//! message that another worker may have received before, each delivery is marked as started first; one that was
//! started and not finished before is processed alone, so that poison is identified exactly.

mod attempt;
mod conclude;
mod dispatch_to_accounts;
mod held_message;
mod hold_back;
mod lanes;
mod load;
mod parked_messages;
mod record;
mod room;
mod run;
mod tracking;
mod unsubscribing;

pub(crate) use conclude::finished;
pub(crate) use held_message::HeldMessage;
pub(crate) use lanes::Lanes;
pub(crate) use record::Recorder;
pub(crate) use run::Worker;
pub(crate) use tracking::Tracked;
pub(crate) use unsubscribing::Unsubscribing;
