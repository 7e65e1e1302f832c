//! Fake providers (FCM, APNs, mail relays, webhook receivers) and faulty networks, for tests and for the load test.
//!
//! `fcm`, `apns`, `smtp` and `webhook` are servers in a test's process: they verify each request, keep it in memory and answer
//! as the test says. `sink` plays the same providers in a separate process: it verifies nothing that costs time, notes
//! each call in a `ledger` and answers by rules. Both use the same bodies (`fcm::error_body`, [`fcm::FcmAccount`]).

#![allow(
    clippy::disallowed_methods,
    reason = "fake providers use the system's clock and random numbers"
)]

pub mod apns;
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
