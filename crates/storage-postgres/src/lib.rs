//! The back end of a cluster: Postgres, with row-level security around every tenant.
//!
//! File names mirror the traits of `campanile-storage` and the other back end. Every statement runs
//! inside [`connection::transact`] or [`connection::alone`], which name its tenants; `session` is what is under way on a
//! connection of a `pool`, `login` as which role, `verify` refuses to work where the policies would not bind, `migrate` makes it all.

mod accept;
mod access;
mod account_pauses;
mod account_troubles;
mod address_book;
mod addresses;
mod api_keys;
mod audit;
mod connection;
mod dead_letters;
mod deferred;
mod dispatch;
mod error;
mod fanout_recalls;
mod fanouts;
mod holders;
mod inbox;
mod inbox_updates;
mod inbox_writes;
mod ingest;
mod key_rotations;
mod keys;
mod link_keys;
mod login;
mod maintenance;
mod migrate;
mod moving;
mod named;
mod notification;
mod notification_rows;
mod operators;
mod outbox;
mod pace;
mod people;
mod plan_marks;
mod pool;
mod preferences;
mod providers;
mod reach;
mod reactions;
mod relay;
mod remembered;
mod retention;
mod roles;
mod rows;
mod schedule;
mod session;
mod settings;
mod storage;
mod suppressions;
mod suspended;
mod templates;
mod tenants;
mod timeline;
mod topics;
mod transaction;
mod user_merges;
mod user_records;
mod user_rows;
mod verify;
mod worker_reports;
mod workers;

pub use error::SetupError;
pub use migrate::{Step, migrate, migrate_as_later, migrations_digest};
pub use settings::{LookUps, PostgresSettings, Role};
pub use storage::PostgresStorage;
pub use verify::{verify_owner_connects, verify_schema};
