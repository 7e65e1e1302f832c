//! Sends to topics become notifications, a step at a time.

mod accept;
mod bounds;
mod ending;
mod failure;
mod listing;
mod play;
mod steps;

pub use accept::*;
pub use bounds::*;
pub use ending::*;
pub use failure::*;
pub use listing::*;
pub use steps::*;
