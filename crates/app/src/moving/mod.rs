//! A tenant is moved from one database to another, of either back end (ADR 90): `campanile export` and `campanile import`.
//!
//! `file` is the format: a head, frames with rows, and a last frame with the number and the sum of the rows of each table.
//! [`export()`] writes a file, [`check()`] reads all of it, and [`import()`] stores what was checked, frame by frame, each in a
//! transaction that also notes how far it is. `keys` unwraps and wraps the keys that are among the rows.

mod check;
mod error;
mod export;
mod file;
mod import;
mod keys;
mod sum;

pub use check::{Checked, check, is_sealed};
pub use error::MoveError;
pub use export::{ExportProgress, ExportRequest, export};
pub use file::Head;
pub use import::{Imported, import};
pub use keys::MoveKeys;
pub use sum::{RowSum, TableTotal};

/// A passphrase must have so many bytes: a person who has the file can try others as long as they like.
pub const SHORTEST_PASSPHRASE: usize = 12;
