//! Brings what is spooled to the service: for each recipient in the order of the calls, several recipients at once.

mod expired;
mod rejected;
mod slot;
mod task;
mod told;
mod window;

pub use expired::Expired;
pub use rejected::Rejected;
pub(crate) use task::Replay;
pub(crate) use told::Told;
