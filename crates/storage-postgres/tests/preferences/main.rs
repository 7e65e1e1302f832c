//! Users choose anew while plans and releases that have read their old choices are under way.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

mod neighbour;
mod one_user;
mod support;
