//! The API as its callers see it: one binary, a module per topic.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on shall say where"
)]

mod bad_input;
mod dead_letters;
mod dead_letters_choice;
mod dead_letters_sqlite;
mod devices;
mod devices_body;
mod forged_tokens;
mod inbox;
mod inbox_cache;
mod inbox_writes;
mod jwks;
mod limits;
mod log;
mod open;
mod problems;
mod providers;
mod retention;
mod routes;

mod send;
mod server;
mod sqlite;
mod strangers;
mod support;
mod timeline;
mod tokens;
mod users;
mod users_body;
mod walk;
mod walk_tenants;
