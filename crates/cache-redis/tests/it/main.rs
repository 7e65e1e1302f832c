//! Tests of limits, caches and the bus on Redis.
//!
//! One program: linking another takes longer than most tests.

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod bus;
mod contract;
mod outages;
mod signal;
mod support;
