//! Dead letters: which of them are meant, where a page ends, and how many are replayed or purged.

mod choice;
mod cursor;
mod sweep;

pub use choice::Choice;
pub use cursor::{decode_cursor, next_cursor};
pub use sweep::{Bounds, Sweep, Swept, sweep};
