//! Tests of the queue on RabbitMQ.
//!
//! One program: linking another takes longer than most tests.

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod contract;
mod dead;
mod log;
mod outages;
mod support;
