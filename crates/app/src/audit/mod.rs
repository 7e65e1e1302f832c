//! The audit log: its retention period, and whether its chain is whole. Rows are added by the use cases that they are about.

mod cursor;
mod term;
mod verify;

pub use cursor::{decode_cursor, encode_cursor};
pub use term::{AuditTerm, set_term, term};
pub use verify::{KnownRow, RemovedRows, Verified, verify};
