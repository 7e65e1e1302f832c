//! The commands as processes, around an API that the test plays.
#![expect(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

mod api;
mod callers;
mod fcm;
mod inbox;
mod inbox_api;
mod join;
mod people;
mod run;
mod scene;
mod sink;
mod smtp;
mod tool;
mod webhook;
