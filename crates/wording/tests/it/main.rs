//! Whose words, in which language, over a real file.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

mod house;
mod item;
mod message;
mod stored;
