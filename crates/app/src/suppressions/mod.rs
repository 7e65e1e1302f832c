//! The list of addresses that are not to be used: added, removed, and where a page ends.

mod cursor;
mod request_body;
mod write;

pub use cursor::{decode_cursor, next_cursor};
pub use request_body::{
    AddSuppressions, RemoveSuppression, SuppressionAddBody, SuppressionRemoveBody, read_add,
    read_remove,
};
pub use write::{add, remove};

/// Addresses in one request.
pub const MOST_AT_ONCE: usize = 1_000;
