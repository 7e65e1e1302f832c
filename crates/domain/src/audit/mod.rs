//! The audit log: who changed what, in rows that are chained by their hashes (ADR 75).
//!
//! Each tenant has one chain. A row's hash covers the row and the hash of the row before it, so that a row that was
//! changed, removed or put in later does not fit its neighbours. `pipeline` appends rows in the transactions of the
//! acts, and [`ChainCheck`] reads them again.

mod act;
mod action;
mod chain;
mod row;
mod term;

pub use act::{Act, Actor, ActorKind};
pub use action::AuditAction;
pub use chain::{ChainCheck, ChainEnd, ChainFault, removal_record};
pub use row::{AuditHash, AuditHead, AuditRow, MOST_STATE_BYTES};
pub use term::AuditDays;
