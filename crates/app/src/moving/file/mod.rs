//! The format of a file.
//!
//! The first line is the [`Head`], as JSON, in clear. Frames follow: each is a JSON object ([`Frame`]) with rows of one table,
//! the last one has the totals. In a plain file a frame is a line. In an encrypted one it is a byte that says whether it is
//! the last, its length in four bytes, and its ciphertext, bound to the head and to its place.

mod frame;
mod head;
mod reader;
mod writer;

pub(super) use frame::{Frame, Totals, rows_frame};
pub use head::Head;
pub(super) use reader::FileReader;
pub(super) use writer::FileWriter;
