//! Plugs implementations into traits: the only place that names them.

pub(crate) mod act;
pub(crate) mod channels;
pub(crate) mod cluster;
pub(crate) mod data_dir;
pub(crate) mod database;
pub(crate) mod health;
pub(crate) mod identity;
pub(crate) mod kms;
pub(crate) mod links;
pub(crate) mod master_key;
pub(crate) mod memory;
pub(crate) mod operator;
pub(crate) mod operator_api;
pub(crate) mod passphrase;
mod presence;
pub(crate) mod print;
pub(crate) mod recipes;
mod sealed_inboxes;
pub(crate) mod server;
pub(crate) mod settings;
pub(crate) mod shared;
pub(crate) mod signals;
pub(crate) mod streams;
pub(crate) mod table;
pub(crate) mod tenants_accounts;
