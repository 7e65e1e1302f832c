//! Tests of the worker, from the queue to the record.
//!
//! One program: linking another takes longer than most tests.

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod accounts;
mod blame;
mod deadlines;
mod deliver;
#[path = "../../../api/tests/it/support/faulty_storage/mod.rs"]
#[allow(dead_code, reason = "the API's tests need more of it")]
mod faulty_storage;
mod lost_addresses;
mod support;
mod tracking;
mod trials;
mod unserved;
mod words;
