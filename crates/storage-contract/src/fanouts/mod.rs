//! Sends to topics become notifications, a step at a time.

mod accept;
mod bounds;
mod ending;
mod failure;
mod listing;
mod merges;
pub(crate) mod play;
mod recall;
pub(crate) mod recall_play;
mod recall_steps;
mod steps;

pub use accept::*;
pub use bounds::*;
pub use ending::*;
pub use failure::*;
pub use listing::*;
pub use merges::*;
pub use recall::*;
pub use recall_steps::*;
pub use steps::*;
