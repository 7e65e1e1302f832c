//! Tests of everything kept in one SQLite file.
//!
//! One program: linking another takes longer than most tests.

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod contract;
mod erasure;
mod fanouts;
mod file;
mod schema;
mod sealing;
