//! Users and tenants choose anew, and what waits by the old choices hears of it.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod by_the_api;
mod neighbour;
mod one_user;
mod support;
