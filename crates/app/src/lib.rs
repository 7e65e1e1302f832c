//! The use cases that the API, the command line and the workers share, one module per resource.
//!
//! A handler of the API and a command of the binary do the same three things: they read what their
//! caller wrote, call a function of this crate, and write its result in their own format. What the
//! function decides is decided here, once. Nothing here knows HTTP, options of a command, or which
//! database stands behind `storage`. Every write has a function here; a read that is one call of
//! `storage` has none (ADR 52).
//!
//! Neighbours: `intake` accepts requests to send, `pipeline` moves notifications on, `delivery` delivers,
//! `providers` keeps tenants' accounts; what operators and users ask besides is in this crate.

pub mod addresses;
pub mod api_keys;
pub mod audit;
pub mod dead_letters;
pub mod devices;
pub mod dry_runs;
pub mod encryption;
pub mod fanouts;
pub mod inbox;
pub mod ingest;
pub mod magic_links;
pub mod mail_reports;
pub mod moving;
pub mod pages;
pub mod preferences;
pub mod reactions;
pub mod retention;
pub mod suppressions;
pub mod templates;
pub mod tenants;
pub mod test_notifications;
pub mod topics;
pub mod unsubscribe;
pub mod user_export;
pub mod user_merges;
pub mod users;
