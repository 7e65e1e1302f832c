//! The database that an operator's command works on, without a running service in between.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use campanile_config::Settings;
use campanile_storage::{Storage, StorageError};
use campanile_storage_postgres::Role;
use campanile_storage_sqlite::{IN_USE, SqliteStorage};

use super::cluster;
use super::data_dir::DataDir;
use super::master_key;

/// The cluster's database if one is configured, as `role`; else that of `up`, which must be stopped
/// meanwhile: its file has one owner.
pub(crate) async fn open(
    settings: &Settings,
    data_dir: &Path,
    role: Role,
) -> anyhow::Result<Arc<dyn Storage>> {
    let data_dir = DataDir::at(data_dir);
    let master = master_key::there(settings, &data_dir).await?;
    let is_server = settings.database.is_server();
    let ring = master_key::ring(settings, master.as_ref(), !is_server)?;
    if is_server {
        return Ok(Arc::new(
            cluster::postgres(settings, role).await?.with_keys(&ring),
        ));
    }
    let database = data_dir.database(settings);
    ensure!(
        database.exists(),
        "no database: set DATABASE_URL, or give the data directory of `campanile up` with --data-dir ({} does not \
        exist)",
        database.display()
    );
    match SqliteStorage::open(&database).await {
        Ok(storage) => Ok(Arc::new(storage.with_keys(ring))),
        Err(StorageError::Unavailable(detail)) if detail.contains(IN_USE) => bail!(
            "{}: {IN_USE}; stop `campanile up` first, or use its API instead",
            database.display()
        ),
        Err(error) => Err(error).context("the database"),
    }
}
