//! Tests of settings, from all their sources.
//!
//! One program: linking another takes longer than most tests.

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod bad_settings;
mod manual;
mod settings_file;
