//! What every channel that calls over HTTP shares.
//!
//! `client` bounds a call, `guard` and `address` say where it may not go, `failure` how far it came,
//! `retry_after` when to come again, `origins` how many calls go to one server that a user chose.

pub(crate) mod client;

mod address;
mod failure;
mod guard;
mod origins;
mod retry_after;

pub(crate) use failure::Failure;
pub use guard::{Forbidden, Guard};
pub(crate) use origins::Origins;
pub(crate) use retry_after::retry_after;
