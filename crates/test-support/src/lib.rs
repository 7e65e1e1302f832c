//! What tests share: databases of their own, faulty networks, receivers that keep a ledger.

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

pub mod fcm;
pub mod flood;
pub mod log;
pub mod postgres;
pub mod proxy;
pub mod rabbitmq;
pub mod smtp;
pub mod sockets;
mod tls;
pub mod webhook;
