//! Brings what is spooled to the service: for each recipient in the order of the calls, several recipients at once.

mod callbacks;
mod expired;
mod rejected;
mod slot;
mod task;
mod window;

pub(crate) use callbacks::Callbacks;
pub use expired::Expired;
pub use rejected::Rejected;
pub(crate) use task::Replay;
