//! Tests of what a person reads.
//!
//! One program: linking another takes longer than most tests.

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod any_input;
mod fixture;
mod guide;
mod hostile;
mod language;
mod languages;
mod mail;
mod page;
mod words;
