//! What recipes send and what they make of replies.

#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

mod bad_recipes;
mod guide;
mod hostile;
mod own;
mod replies;
mod requests;
mod settings;
mod support;
