//! Whose words, in which language, over a real file.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

mod budget;
#[path = "../../../api/tests/it/support/faulty_storage/mod.rs"]
#[allow(dead_code, reason = "the API's tests need more of it")]
mod faulty_storage;
mod house;
mod item;
mod message;
mod outage;
mod readers;
mod stored;
mod variants;
