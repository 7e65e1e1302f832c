//! How often a tenant lets its users be disturbed: debounce and throttle, and the marks that plans leave
//! so that later plans know of them. Pure: back ends read, lock and keep the marks.

mod mark;
mod marks;
mod plan;
mod rules;

pub use mark::{Mark, MarkKey, MarkPlace, Text};
pub use marks::{MarkKeys, Marks};
pub use rules::{DEBOUNCED, Debounce, RateRules, THROTTLED, Throttle};
