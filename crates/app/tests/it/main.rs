//! The use cases over a real database file.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on shall say where"
)]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

mod dead_letters;
mod dry_runs;
mod resources;
mod support;
