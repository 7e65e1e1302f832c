//! Sends to topics: accepted as one row, made into notifications step by step, recalled when they are cancelled.

mod cancel;
mod failure;
mod forget;
mod recall;
mod start;
mod step;
mod words;

pub use cancel::{cancel_fanout, close_fanout};
pub use forget::{forget_fanouts, forget_past_term};
pub use recall::recall_step;
pub use start::start_fanout;
pub use step::step_fanout;
pub use words::{FanoutWords, NoWords};
