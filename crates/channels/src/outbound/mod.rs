//! What every channel that calls over HTTP shares.
//!
//! `client` bounds a call, `guard` and `address` say where it may not go, `failure` how far it came,
//! `retry_after` when to come again.

pub(crate) mod client;

mod address;
mod failure;
mod guard;
mod retry_after;

pub(crate) use failure::Failure;
pub use guard::{Forbidden, Guard};
pub(crate) use retry_after::retry_after;
