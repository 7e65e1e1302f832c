//! The back end of `campanile up`: one SQLite file, one merging writer, a few readers.
//!
//! A file for each trait of `storage`, of the same name as in `storage-postgres`. [`SqliteStorage`]
//! is opened in `open.rs`; every write goes through `writer.rs`. `transaction.rs` is the unit of work.

mod accept;
mod access;
mod account_pauses;
mod account_troubles;
mod address_book;
mod addresses;
mod analyses;
mod api_keys;
mod audit;
mod clock;
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
mod maintenance;
mod moving;
mod notification;
mod notification_rows;
mod open;
mod operators;
mod outbox;
mod people;
mod plan_marks;
mod preferences;
pub mod private_file;
mod providers;
mod reactions;
mod record;
mod redeliver;
mod relay;
mod remembered;
mod retention;
mod rows;
mod schedule;
mod scrub;
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
mod worker_reports;
mod workers;
mod writer;

pub use open::{IN_USE, SqliteStorage};
