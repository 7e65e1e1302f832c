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

/// The cluster's database if one is configured, as `role`; else that of `up`, which must be stopped
/// meanwhile: its file has one owner.
pub(crate) async fn open(
    settings: &Settings,
    data_dir: &Path,
    role: Role,
) -> anyhow::Result<Arc<dyn Storage>> {
    if settings.database.is_server() {
        return Ok(Arc::new(cluster::postgres(settings, role).await?));
    }
    let database = DataDir::at(data_dir).database(settings);
    ensure!(
        database.exists(),
        "no database: set DATABASE_URL, or give the data directory of `campanile up` with --data-dir ({} does not \
        exist)",
        database.display()
    );
    match SqliteStorage::open(&database).await {
        Ok(storage) => Ok(Arc::new(storage)),
        Err(StorageError::Unavailable(detail)) if detail.contains(IN_USE) => bail!(
            "{}: {IN_USE}; stop `campanile up` first, or use its API instead",
            database.display()
        ),
        Err(error) => Err(error).context("the database"),
    }
}
