//! The key that seals tenants' secrets.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, ensure};
use campanile_config::Settings;
use campanile_sealing::{KeyRing, MasterKey};
use campanile_telemetry::metrics;
use secrecy::SecretString;

use super::data_dir::DataDir;

/// Tenants whose unreadable texts are logged, once each.
const MOST_TOLD: usize = 1_000;

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

/// The data keys of tenants. Texts are sealed where the settings say so, or say nothing and the role does by itself.
pub(crate) fn ring(
    settings: &Settings,
    master: Option<&Arc<MasterKey>>,
    seals_by_itself: bool,
) -> anyhow::Result<Arc<KeyRing>> {
    let seals = settings.security.seal_texts;
    ensure!(
        seals != Some(true) || master.is_some(),
        "CAMPANILE_SEAL_TEXTS: texts can only be encrypted with a master key; set CAMPANILE_MASTER_KEY as well"
    );
    let ring = KeyRing::new(master.map(Arc::clone), seals.unwrap_or(seals_by_itself));
    let told = Mutex::new(HashSet::new());
    Ok(Arc::new(ring.watched(move |tenant, error| {
        metrics().texts_unreadable_total.inc();
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() < MOST_TOLD && told.insert(tenant.clone()) {
            tracing::error!(
                tenant.id = %tenant, %error,
                "texts of this tenant cannot be decrypted: they are shown empty and are not sent; set the \
                 CAMPANILE_MASTER_KEY that they were encrypted with"
            );
        }
    })))
}

fn of_dir(key: &SecretString) -> anyhow::Result<Arc<MasterKey>> {
    parsed(key, "the file master-key in the data directory")
}

fn parsed(key: &SecretString, whence: &'static str) -> anyhow::Result<Arc<MasterKey>> {
    MasterKey::parse(key).map(Arc::new).context(whence)
}
