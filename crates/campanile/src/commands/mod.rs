//! A file for each command.

pub(crate) mod api;
pub(crate) mod audit;
pub(crate) mod dlq;
pub(crate) mod doctor;
pub(crate) mod encryption;
pub(crate) mod generate;
pub(crate) mod health;
pub(crate) mod ingest;
pub(crate) mod key;
pub(crate) mod listen;
pub(crate) mod magic_link;
pub(crate) mod migrate;
pub(crate) mod moving;
mod preferences;
pub(crate) mod provider;
pub(crate) mod recipe;
pub(crate) mod retention;
pub(crate) mod size;
pub(crate) mod suppression;
pub(crate) mod template;
pub(crate) mod tenant;
pub(crate) mod test;
pub(crate) mod token;
pub(crate) mod up;
pub(crate) mod user;
pub(crate) mod worker;
