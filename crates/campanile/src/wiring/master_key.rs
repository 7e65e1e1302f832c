//! The key that seals tenants' secrets.

use std::sync::Arc;

use anyhow::Context;
use campanile_config::Settings;
use campanile_sealing::MasterKey;
use secrecy::SecretString;

use super::data_dir::DataDir;

/// The settings' key, if there is one.
pub(crate) fn of_settings(settings: &Settings) -> anyhow::Result<Option<Arc<MasterKey>>> {
    let key = settings.security.master_key.as_ref();
    key.map(|key| parsed(key, "CAMPANILE_MASTER_KEY"))
        .transpose()
}

/// The settings' key, else the one that `up` makes in its data directory.
pub(crate) fn of_up(settings: &Settings, data_dir: &DataDir) -> anyhow::Result<Arc<MasterKey>> {
    match of_settings(settings)? {
        Some(key) => Ok(key),
        None => of_dir(&data_dir.master_key_or_new()?),
    }
}

/// The key that fits the database in hand, for a command; none is made.
pub(crate) fn there(
    settings: &Settings,
    data_dir: &DataDir,
) -> anyhow::Result<Option<Arc<MasterKey>>> {
    match of_settings(settings)? {
        None if !settings.database.is_server() => {
            data_dir.master_key()?.as_ref().map(of_dir).transpose()
        }
        found => Ok(found),
    }
}

fn of_dir(key: &SecretString) -> anyhow::Result<Arc<MasterKey>> {
    parsed(key, "the file master-key in the data directory")
}

fn parsed(key: &SecretString, whence: &'static str) -> anyhow::Result<Arc<MasterKey>> {
    MasterKey::parse(key).map(Arc::new).context(whence)
}
