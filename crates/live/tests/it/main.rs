//! Tests of the hub over SQLite.
//!
//! One program: linking another takes longer than most tests.

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod due;
mod faults;
mod faulty_reads;
mod follow;
mod support;
