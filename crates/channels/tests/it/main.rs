//! Tests of every channel against servers that behave like its provider, or worse.
//!
//! One program: linking another takes longer than most tests.

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod apns;
mod email;
mod limits;
mod push;
mod recipes;
mod webhook;
