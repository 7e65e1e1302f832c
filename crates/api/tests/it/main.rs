//! The API as its callers see it: one binary, a module per topic.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on shall say where"
)]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

mod addresses;
mod api_keys;
mod as_written;
mod audit;
mod bad_input;
mod bulk;
mod cancel;
mod cors;
mod dead_letters;
mod dead_letters_choice;
mod dead_letters_sqlite;
mod devices;
mod devices_apns;
mod devices_body;
mod devices_web_push;
mod docs;
mod encryption;
mod events;
mod failed_tokens;
mod forged_tokens;
mod in_flight;
mod inbox;
mod inbox_cache;
mod inbox_writes;
mod ingest;
mod item_texts;
mod jwks;
mod late_repeats;
mod limits;
mod log;
mod magic_links;
mod one_notification;
mod open;
mod preferences;
mod problems;
mod providers;
mod reactions;
mod read_all;
mod retention;
mod routes;

mod send;
mod send_test;
mod server;
mod server_progress;
mod server_seats;
mod stories;
mod strangers;
mod stream;
mod stream_tickets;
mod support;
mod suppressions;
mod templates;
mod tenant_keys;
mod tenants;
mod timeline;
mod tokens;
mod topics;
mod unsubscribe;
mod user_export;
mod user_merges;
mod users;
mod users_body;
mod walk;
mod walk_tenants;
