//! Brings what is spooled to the service: for each recipient in the order of the calls, several recipients at once.

mod callbacks;
mod slot;
mod task;
mod window;

pub(crate) use callbacks::Callbacks;
pub use callbacks::{Expired, Rejected};
pub(crate) use task::Replay;
