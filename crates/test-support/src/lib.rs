//! What tests share: databases of their own, and the fake providers and faulty networks of the crate `fakes`.

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

pub mod flood;
pub mod log;
pub mod otlp;
pub mod postgres;
pub mod rabbitmq;
pub mod sockets;

pub use campanile_fakes::{apns, fcm, proxy, smtp, tls, webhook};
