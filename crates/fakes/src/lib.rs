//! Fake providers (FCM, mail relays, webhook receivers) and faulty networks, for tests and for the load test.
//!
//! `fcm`, `smtp` and `webhook` are servers in a test's own process: they verify what comes, keep it in memory and answer
//! as the test says. `sink` plays the same providers in a process of its own: it verifies nothing that costs time, notes
//! each call in a `ledger` and answers by rules. Both say the same words (`fcm::error_body`, [`fcm::FcmAccount`]).

#![allow(
    clippy::disallowed_methods,
    reason = "providers have clocks and random numbers of their own"
)]

pub mod broker;
mod clock;
pub mod fcm;
pub mod ledger;
pub mod proxy;
pub mod sink;
pub mod smtp;
pub mod tls;
pub mod webhook;

pub use clock::now_us;
